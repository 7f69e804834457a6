import type { Page } from "playwright-core";
import { neverSignedIn, stateOf } from "../../ui/mock/accounts.ts";
import { otherAccounts } from "../../ui/mock/clouds/accounts.ts";
import type { MockGateway } from "../../ui/mock/mock-gateway.ts";
import { SCENARIOS } from "../../ui/mock/scenarios.ts";
import type { Scenario } from "../../ui/mock/scenarios.ts";

/** One thing that the page can show. */
export interface PageState {
  /** Names its pictures: the place, and what is the matter. */
  readonly name: string;
  readonly scenario: Scenario;
  /** What follows the gateway's address. */
  readonly address: string;
  /** What is there when the page has drawn it; a place's first card where this is absent. */
  readonly shows?: string;
  /** Is a picture of it kept? */
  readonly kept?: true;
  /** What is done before the page is opened. */
  readonly before?: (gateway: MockGateway, page: Page) => Promise<void> | void;
  /** What is done once the page is there. */
  readonly after?: (gateway: MockGateway, page: Page) => Promise<void> | void;
}

const PROBLEM = { status: 502, code: "cloud_unreachable", detail: "The U-tec cloud did not answer within 20 s." };
const [YOTO = "", WATTTIME = "", LOGIN = ""] = otherAccounts(0).map(({ id }) => id);
const CLOUDS = ["oauth2", "login", "watttime", "yoto", "static"] as const;
const HOME = neverSignedIn().id;

function overview(name: string, scenario: Scenario, more: Partial<PageState> = {}): PageState {
  return { name: `overview-${name}`, scenario, address: "#/overview", ...more };
}

function step(name: string, scenario: Scenario, query: Readonly<Record<string, string>>, kept?: true): PageState {
  const address = `#/accounts/sign-in?${new URLSearchParams(query).toString()}`;
  return { name: `wizard-${name}`, scenario, address, ...(kept && { kept }) };
}

/** The states that are named: of the other scenarios there is the overview. */
const NAMED: readonly PageState[] = [
  overview("all-well", "all-well", { kept: true }),
  overview("sign-in-needed", "sign-in-needed", { kept: true }),
  overview("retrying", "retrying", { kept: true }),
  overview("first-visit", "first-visit", { kept: true }),
  overview("empty", "empty"),
  overview("unsafe", "unsafe", { kept: true }),
  overview("outage", "outage", { kept: true }),
  overview("passage", "passage", { kept: true }),
  overview("locking", "locking", { kept: true }),
  overview("lights", "lights", { kept: true }),
  overview("member", "member", { kept: true }),
  overview("five-hundred", "five-hundred"),
  overview("signed-out", "all-well", {
    before: (gateway) => {
      const accounts = gateway.picture.accounts.map((account) => ({
        ...account,
        status: "sign_in_needed" as const,
        reason: "signed_out" as const,
        obtained_at: null,
        expires_at: null,
        next_refresh_at: null,
        token_usable: false,
      }));
      const devices = gateway.picture.devices.map((device) => ({
        ...device,
        available: false,
        trouble: "sign_in_needed" as const,
      }));
      gateway.change({ accounts, devices });
    },
  }),
  overview("loading", "all-well", {
    shows: "utec-gateway-page .waiting",
    // A socket that opens, and on which nothing comes.
    before: async (_gateway, page) => page.routeWebSocket(/\/api\/live$/, () => {}),
  }),
  overview("never-reached", "all-well", {
    shows: "utec-gateway-page .waiting",
    before: (gateway) => gateway.refuseFeed(),
  }),
  overview("offline", "all-well", { kept: true, after: lose }),
  overview("command-refused", "all-well", {
    before: (gateway) => void gateway.problems.set("/api/commands", PROBLEM),
    after: async (_gateway, page) =>
      page
        .getByRole("button", { name: /lock|riegeln/i })
        .first()
        .click(),
  }),
  overview("command-under-way", "all-well", {
    after: async (_gateway, page) =>
      page
        .getByRole("button", { name: /lock|riegeln/i })
        .first()
        .click(),
  }),

  { name: "activity-filled", scenario: "outcomes", address: "#/activity", kept: true },
  { name: "activity-outage", scenario: "outage", address: "#/activity" },
  { name: "activity-of-tokens", scenario: "retrying", address: "#/activity?show=tokens" },
  { name: "activity-empty", scenario: "empty", address: "#/activity" },
  { name: "activity-offline", scenario: "outcomes", address: "#/activity", after: lose },
  {
    name: "activity-error",
    scenario: "all-well",
    address: "#/activity",
    before: (gateway) => void gateway.problems.set("/api/activity", PROBLEM),
  },
  { name: "activity-member", scenario: "member", address: "#/activity" },

  { name: "accounts-filled", scenario: "all-well", address: "#/accounts", kept: true },
  { name: "accounts-open", scenario: "retrying", address: "#/accounts", after: openAll },
  { name: "accounts-other-clouds", scenario: "other-clouds", address: "#/accounts" },
  { name: "accounts-misconfigured", scenario: "misconfigured", address: "#/accounts" },
  { name: "accounts-left-options", scenario: "left-options", address: "#/accounts" },
  { name: "accounts-empty", scenario: "empty", address: "#/accounts" },
  { name: "accounts-offline", scenario: "all-well", address: "#/accounts", after: lose },
  { name: "accounts-member", scenario: "member", address: "#/accounts" },
  { name: "accounts-unconfirmed", scenario: "unconfirmed", address: "#/accounts" },
  {
    name: "accounts-asked-once",
    scenario: "all-well",
    address: "#/accounts",
    after: async (_gateway, page) => page.locator("utec-account-panel .danger").first().click(),
  },

  step("cloud", "empty", { step: "cloud" }, true),
  step("find", "never-signed-in", { step: "find", account: HOME }, true),
  step("credentials", "never-signed-in", { step: "credentials", account: HOME }, true),
  {
    ...step("credentials-mistakes", "empty", { step: "credentials" }),
    after: async (_gateway, page) => {
      const [id, secret, redirect] = await page.locator("utec-credentials-step input:not([type=radio])").all();
      await id?.fill("5f1d 0c9b e2a7");
      await secret?.fill("5f1d 0c9b e2a7");
      await redirect?.fill("https://my.home-assistant.io/redirect/oauth/");
      await page.keyboard.press("Enter");
    },
  },
  step("sign-in", "never-signed-in", { step: "sign-in", account: HOME }, true),
  {
    ...step("sign-in-refused", "never-signed-in", { step: "sign-in", account: HOME }),
    before: (gateway) =>
      void gateway.problems.set("/api/accounts/authorise", { ...PROBLEM, status: 429, code: "rate_limited" }),
  },
  step("found", "all-well", { step: "found", account: HOME }),
  step("found-other-cloud", "other-clouds", { step: "found", account: WATTTIME }),
  step("device-code", "device-code", { step: "sign-in", account: YOTO }),
  step("login-refused", "refused-login", { step: "sign-in", account: LOGIN }),
  ...[YOTO, WATTTIME, LOGIN].map((account, index) =>
    step(`details-changed-${index + 1}`, "other-clouds", { step: "details", account }),
  ),
  step("member", "member", { step: "credentials", account: HOME }),
  ...CLOUDS.map((cloud) => step(`details-${cloud}`, "empty", { step: "details", cloud })),

  { name: "log-filled", scenario: "all-well", address: "#/log", kept: true },
  { name: "log-offline", scenario: "all-well", address: "#/log", after: lose },
  { name: "log-member", scenario: "member", address: "#/log" },

  {
    name: "redirect-refused",
    scenario: "never-signed-in",
    address: `oauth/callback?error=access_denied&state=${stateOf({ id: HOME })}`,
    shows: "main",
    kept: true,
  },
  {
    name: "redirect-unknown",
    scenario: "never-signed-in",
    address: "oauth/callback?error=access_denied",
    shows: "main",
  },
];

/** Everything that is looked at. A new scenario is among it without being named. */
export const PAGE_STATES: readonly PageState[] = [
  ...NAMED,
  ...SCENARIOS.filter(isUnnamed).map((one) => overview(one, one)),
];

function isUnnamed(scenario: Scenario): boolean {
  return !NAMED.some((state) => state.scenario === scenario && state.address === "#/overview");
}

async function lose(gateway: MockGateway, page: Page): Promise<void> {
  gateway.cutFeed();
  await page.locator("utec-gateway-page .stale").first().waitFor();
}

async function openAll(_gateway: MockGateway, page: Page): Promise<void> {
  for (const summary of await page.locator("summary").all()) await summary.click();
}

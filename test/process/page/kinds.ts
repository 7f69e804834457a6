import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Grant } from "../../../src/keeper/providers/grants.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { YOTO_CLIENT_ID } from "../../../src/simulator/yoto/yoto-cloud.ts";
import { CLIENTS, SECRETS, USERS } from "./clouds.ts";
import type { Clouds } from "./clouds.ts";
import type { Filled, Wizard } from "./wizard.ts";

/** A kind of account as a person adds it. */
export interface Kind {
  readonly provider: string;
  readonly grant: Grant;
  /** Which of the groups of fields it has, where the provider has several: that of this field. */
  readonly withField?: string;
  readonly name: string;
  readonly filled: (clouds: Clouds, redirect_uri: string) => Filled;
  /** What the person does from the last question on, until the account has its token. */
  readonly signIn: (wizard: Wizard, clouds: Clouds) => Promise<void>;
  /** What the page shows of it in the end. */
  readonly ends: string;
}

export const KINDS: readonly Kind[] = [
  {
    provider: "utec",
    grant: "authorization_code",
    name: "Locks",
    filled: (_clouds, redirect_uri) => ({ ...CLIENTS.utec, redirect_uri }),
    signIn: async ({ page }) => {
      await page.getByRole("link", { name: "Open the sign-in page" }).click();
      await page.getByRole("heading", { name: "Let this application use your locks?" }).waitFor();
      await page.getByRole("button", { name: "Allow" }).click();
      await page.getByText("Found 2 locks").waitFor();
    },
    ends: "Fresh",
  },
  {
    provider: "yoto",
    grant: "device_code",
    name: "Player",
    filled: () => ({ client_id: YOTO_CLIENT_ID }),
    signIn: async ({ page }, clouds) => {
      const denied = await shownCode(page);
      await onAnotherDevice(page, "Deny");
      await page.getByText("refused on the other device").waitFor();
      expect(await page.getByText(denied).count()).toBe(0);

      clouds.yoto.control.set({ device_code_life_s: 3 });
      await page.getByRole("button", { name: "Get a new code" }).click();
      const expired = await shownCode(page);
      expect(expired).not.toBe(denied);
      await page.getByText("has expired before anybody entered it").waitFor();
      expect(await page.getByText(expired).count()).toBe(0);

      clouds.yoto.control.set({ device_code_life_s: 900 });
      await page.getByRole("button", { name: "Get a new code" }).click();
      expect(await shownCode(page)).not.toBe(expired);
      await expectCountdown(page);
      await onAnotherDevice(page, "Allow");
      await page.getByText("Signed in; the token lives 1").waitFor();
    },
    ends: "Fresh",
  },
  {
    provider: "watttime",
    grant: "basic",
    name: "Grid",
    filled: () => ({ username: USERS.watttime, password: SECRETS.watttimeWrong }),
    signIn: async (wizard) => {
      await correct(wizard, SECRETS.watttime);
      await wizard.page.getByRole("link", { name: "Next" }).click();
    },
    ends: "Fresh",
  },
  {
    provider: "login",
    grant: "password",
    withField: "username",
    name: "Heat pump",
    filled: ({ login }) => ({
      url: login.url,
      api_url: login.url,
      username: USERS.login,
      password: SECRETS.loginWrong,
    }),
    signIn: async (wizard, { login }) => {
      await correct(wizard, SECRETS.login);
      const search = await openedSearch(wizard.page);
      // The usual places in their order, each in every way, up to the one that answered with a token.
      expect(search[0]).toContain(`${login.url}/oauth/token`);
      expect(search.at(-1)).toContain(`${login.url}/api/login`);
      expect(search.at(-1)).toContain("JSON, with a user name");
      await wizard.page.getByRole("link", { name: "Next" }).click();
    },
    ends: "Fresh",
  },
  {
    provider: "login",
    grant: "password",
    withField: "client_id",
    name: "Heat pump's app",
    filled: ({ clientLogin }) => ({ set: "client_id client_secret", url: clientLogin.url, ...CLIENTS.login }),
    signIn: async ({ page }, { clientLogin }) => {
      await page.getByText("Signed in; the token lives 1").waitFor();
      const search = await openedSearch(page);
      expect(search.at(-1)).toContain(`${clientLogin.url}/api/auth/token`);
      expect(search.at(-1)).toContain("form, with client ID and secret");
      await page.getByRole("link", { name: "Next" }).click();
    },
    ends: "Fresh",
  },
  {
    provider: "oauth2",
    grant: "authorization_code",
    name: "Club",
    filled: ({ oauth }, redirect_uri) => ({
      grant: "authorization_code",
      ...CLIENTS.browser,
      redirect_uri,
      issuer: oauth.url,
      scope: "openid",
    }),
    signIn: async ({ page }) => {
      // The server knows who that is and asks nothing: the person is back at once.
      await page.getByRole("link", { name: "Open the sign-in page" }).click();
      await page.getByText("Signed in; the token lives 1").waitFor();
    },
    ends: "Fresh",
  },
  {
    provider: "oauth2",
    grant: "device_code",
    name: "Player by hand",
    filled: ({ yoto }) => ({
      grant: "device_code",
      client_id: YOTO_CLIENT_ID,
      issuer: yoto.url,
      client_authentication: "none",
    }),
    signIn: async ({ page }) => {
      await shownCode(page);
      await onAnotherDevice(page, "Allow");
      await page.getByText("Signed in; the token lives 1").waitFor();
      const next = page.getByRole("link", { name: "Next" });
      await next
        .or(page.getByRole("button", { name: "Done" }))
        .first()
        .waitFor();
      if ((await next.count()) > 0) await next.click();
    },
    ends: "Fresh",
  },
  {
    provider: "oauth2",
    grant: "client_credentials",
    name: "Robot",
    filled: ({ oauth }) => ({ grant: "client_credentials", ...CLIENTS.machine, issuer: oauth.url }),
    signIn: async ({ page }) => {
      await page.getByText("Signed in; the token lives 1").waitFor();
      await page.getByRole("link", { name: "Next" }).click();
    },
    ends: "Fresh",
  },
  {
    provider: "static",
    grant: "static",
    name: "Spare key",
    filled: () => ({ token: SECRETS.static }),
    signIn: async ({ page }) => {
      await page.getByText("The token is stored; when it ends is not known").waitFor();
      await page.getByRole("link", { name: "Next" }).click();
      await page.getByText("The gateway can't renew it").waitFor();
    },
    ends: "Can’t be renewed",
  },
];

/** By which a kind is known: `login password username`. */
export function kindName({ provider, grant, withField }: Pick<Kind, "provider" | "grant" | "withField">): string {
  return [provider, grant, withField].filter((part) => part !== undefined).join(" ");
}

/** All kinds of accounts that a provider has by its description. */
export function kindsOf({ id, grants, one_of }: ProviderDescription): readonly string[] {
  const groups = one_of.length < 2 ? [undefined] : one_of.map(([first]) => first);
  return grants.flatMap((grant) =>
    groups.map((withField) => kindName({ provider: id, grant, ...(withField === undefined ? {} : { withField }) })),
  );
}

/** The wrong password is said; corrected on the way back, it signs the same account in. */
async function correct({ page }: Wizard, password: string): Promise<void> {
  await page.getByRole("alert").getByText("does not accept the user name and password").waitFor();
  await page.getByRole("link", { name: "Back" }).click();
  await page.getByText("All else stays as it is.").waitFor();
  const input = page.locator("input#password");
  expect(await input.inputValue()).toBe("");
  await input.fill(password);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Signed in; the token lives").first().waitFor();
}

/** What was tried on the way to a login, each in words. */
async function openedSearch(page: Page): Promise<readonly string[]> {
  await page.getByText(/^What was tried \(\d+\)$/).click();
  const tried = page.locator("utec-login-step .attempts li");
  await tried.first().waitFor();
  return tried.allInnerTexts();
}

/** The code that is to be entered on another device, beside its picture. */
async function shownCode(page: Page): Promise<string> {
  const code = page.locator("utec-device-code-step .user-code");
  await code.waitFor();
  const shown = await code.innerText();
  await page.getByRole("img", { name: new RegExp(`^QR code of http.*/activate\\?user_code=${shown}$`) }).waitFor();
  return shown;
}

async function expectCountdown(page: Page): Promise<void> {
  const countdown = page.locator("utec-device-code-step .countdown");
  const before = await countdown.innerText();
  expect(before).toMatch(/valid for another 14m \d+s/);
  await expect.poll(() => countdown.innerText(), { timeout: 5000 }).not.toBe(before);
}

/** Follows the link as the other device would, and answers there. */
async function onAnotherDevice(page: Page, answer: "Allow" | "Deny"): Promise<void> {
  const opened = page.context().waitForEvent("page");
  await page.getByRole("link", { name: /\/activate$/ }).click();
  const other = await opened;
  await other.getByRole("button", { name: answer }).click();
  await other
    .getByRole("heading", { name: answer === "Allow" ? "You are signed in" : "Nobody was signed in" })
    .waitFor();
  await other.close();
}

import { SHOWN } from "../../../src/activity/event-filter.ts";
import type { Shown } from "../../../src/activity/event-filter.ts";
import { failedAt } from "../../../src/keeper/sign-in/redirect-sentence.ts";
import { WHOLE_LOG, readLogFilter } from "./log-filter.ts";
import type { LogFilter } from "./log-filter.ts";

export const PLACES = ["overview", "activity", "accounts", "log"] as const;
export type PlaceName = (typeof PLACES)[number];

export const WIZARD_STEPS = ["cloud", "find", "credentials", "details", "sign-in", "found"] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

export { SHOWN };
export type { Shown };

/** What the activity place shows: of everything, or of one device or account. The overview leads to the device's card. */
export interface ActivityFilter {
  readonly show: Shown;
  readonly deviceId: string | null;
  readonly accountId: string | null;
  /** The words that are looked for; empty or absent: all. */
  readonly search?: string;
  /** The reader's day, as `2026-11-21`; null or absent: any. */
  readonly day?: string | null;
}

export interface FailedSignIn {
  /** The gateway's code. */
  readonly code: string;
  /** The cloud's own word for it, where its redirect had one. */
  readonly error: string | null;
}

export interface WizardPlace {
  readonly step: WizardStep;
  /** Null until the account has been added. */
  readonly accountId: string | null;
  /** The cloud of an account that is being added. */
  readonly provider?: string | null;
  /** Of `details`: what of them is asked. */
  readonly screen?: string | null;
  /** How the latest attempt ended without a sign-in: in the address, so that a reload keeps it. */
  readonly failed?: FailedSignIn | null;
}

/** Where the page is. It is written in the address's hash, so that it can be bookmarked inside ingress. */
export interface Place {
  readonly name: PlaceName;
  /** The sign-in wizard in `accounts`. */
  readonly wizard: WizardPlace | null;
  readonly activity: ActivityFilter;
  readonly log: LogFilter;
}

const WIZARD_PATH = "accounts/sign-in";

/** Anything unknown is the overview. */
export function readPlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  if (path === WIZARD_PATH) {
    const parameters = new URLSearchParams(query);
    const step = WIZARD_STEPS.find((known) => known === parameters.get("step")) ?? "cloud";
    const wizard: WizardPlace = {
      step,
      accountId: parameters.get("account"),
      provider: parameters.get("cloud"),
      screen: parameters.get("ask"),
      failed: readFailed(parameters),
    };
    return { name: "accounts", wizard, activity: readFilter(""), log: WHOLE_LOG };
  }
  const name = PLACES.find((known) => known === path) ?? "overview";
  return { name, wizard: null, activity: readFilter(query), log: readLogFilter(query) };
}

/** Words of the field's standards, never a sentence: anybody may have written the address. */
const WORD = /^[a-z_]{1,40}$/;

function readFailed(parameters: URLSearchParams): FailedSignIn | null {
  const [code, error] = [parameters.get("failed") ?? "", parameters.get("error") ?? ""];
  return WORD.test(code) ? { code, error: WORD.test(error) ? error : null } : null;
}

/** Where what a sign-in failed at is put right. */
export function failedHref(accountId: string, { code, error }: FailedSignIn): string {
  const step = failedAt(code, error) === "sign_in" ? "sign-in" : "credentials";
  return `${wizardHref(step, accountId)}&${new URLSearchParams({ failed: code, ...(error === null ? {} : { error }) }).toString()}`;
}

function readFilter(query: string): ActivityFilter {
  const parameters = new URLSearchParams(query);
  return {
    show: SHOWN.find((known) => known === parameters.get("show")) ?? "everything",
    deviceId: parameters.get("device"),
    accountId: parameters.get("account"),
    search: parameters.get("find") ?? "",
    day: /^\d{4}-\d\d-\d\d$/.exec(parameters.get("day") ?? "")?.[0] ?? null,
  };
}

export function activityHref({ show, deviceId, accountId, search = "", day = null }: ActivityFilter): string {
  const parameters = new URLSearchParams({
    ...(show === "everything" ? {} : { show }),
    ...(deviceId === null ? {} : { device: deviceId }),
    ...(accountId === null ? {} : { account: accountId }),
    ...(day === null ? {} : { day }),
    ...(search === "" ? {} : { find: search }),
  });
  return parameters.size === 0 ? "#/activity" : `#/activity?${parameters.toString()}`;
}

export function placeHref(name: PlaceName): string {
  return `#/${name}`;
}

/** The card of a device on the overview. */
export function deviceHref(deviceId: string): string {
  return `#/overview?${new URLSearchParams({ device: deviceId }).toString()}`;
}

/** Does it lead into the wizard, where accounts are changed? */
export function leadsToWizard(href: string): boolean {
  return href.startsWith(`#/${WIZARD_PATH}`);
}

export function wizardHref(step: WizardStep, accountId: string | null): string {
  const parameters = new URLSearchParams({ step, ...(accountId === null ? {} : { account: accountId }) });
  return `#/${WIZARD_PATH}?${parameters.toString()}`;
}

/** A screen of the fields of a cloud; its first one without `screen`. */
export function detailsHref(place: Omit<WizardPlace, "step">): string {
  const { accountId, provider = null, screen = null } = place;
  const parameters = new URLSearchParams({
    step: "details",
    ...(accountId === null ? {} : { account: accountId }),
    ...(provider === null ? {} : { cloud: provider }),
    ...(screen === null ? {} : { ask: screen }),
  });
  return `#/${WIZARD_PATH}?${parameters.toString()}`;
}

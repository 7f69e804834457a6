import type { AccountState, DeviceState, LinkState, Snapshot } from "../../../src/state/picture.ts";
import { placeHref, wizardHref } from "../live/place.ts";
import { deviceAdvice, isCurrent } from "./device-advice.ts";
import { lockWord } from "./device-values.ts";
import { moment } from "./time.ts";
import { accountTrouble, tokenTone } from "./token-status.ts";
import type { Tone } from "./tone.ts";

/** The one sentence at the top: how things are, and the button that helps. */
export interface Headline {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  readonly help: HeadlineHelp | null;
}

export type HeadlineHelp =
  | { readonly kind: "link"; readonly label: string; readonly href: string }
  | { readonly kind: "refresh"; readonly label: string; readonly accountId: string };

/** The most pressing thing first: what stops tokens, then what stops the cloud, the link, a lock. */
export function headlineOf(picture: Snapshot, now: number): Headline {
  const { accounts, gateway } = picture;
  const locks = picture.devices.filter(isLock);
  return (
    noAccount(accounts) ??
    first(accounts, stoppedAccount) ??
    settingsProblem(picture) ??
    first(accounts, (account) => strugglingAccount(account, now)) ??
    first(accounts, (account) => silentCloud(account, picture, now)) ??
    openLink(gateway.link) ??
    first(locks, jammedLock) ??
    first(locks, (lock) => unseenLock(lock, now)) ??
    first(locks, (lock) => staleLock(lock, now)) ??
    allWell(picture)
  );
}

function first<T>(things: readonly T[], headlineFor: (thing: T) => Headline | null): Headline | null {
  for (const thing of things) {
    const found = headlineFor(thing);
    if (found) return found;
  }
  return null;
}

function noAccount(accounts: readonly AccountState[]): Headline | null {
  if (accounts.length > 0) return null;
  return {
    tone: "idle",
    title: "Not signed in yet",
    detail: "Add your U-tec account and your locks appear here and in Home Assistant.",
    help: { kind: "link", label: "Add account", href: wizardHref("cloud", null) },
  };
}

function stoppedAccount(account: AccountState): Headline | null {
  const detail = `${account.name}: ${accountTrouble(account) ?? ""}`;
  switch (account.status) {
    case "sign_in_needed":
      return {
        tone: tokenTone(account),
        title: "Sign-in needed",
        detail,
        help: { kind: "link", label: "Sign in", href: wizardHref(signInStart(account), account.id) },
      };
    case "misconfigured":
      return {
        tone: "bad",
        title: "Settings wrong",
        detail,
        help: { kind: "link", label: "Check settings", href: wizardHref("credentials", account.id) },
      };
    case "store_failed":
      return { tone: "bad", title: "Token not saved", detail, help: null };
    case "fresh":
    case "due":
    case "refreshing":
    case "retrying":
    case "clock_suspect":
    case "paused":
    case "static":
      return null;
  }
}

/** Where people begin to sign in: what is known already is not asked for. */
export function signInStart(account: AccountState): "find" | "credentials" | "sign-in" {
  if (account.reason === "client_refused") return "credentials";
  if (account.reason !== "never_signed_in" || !account.has_devices) return "sign-in";
  if (!account.client_secret_set) return "find";
  return account.client_id === "" || account.redirect_uri === "" ? "credentials" : "sign-in";
}

function settingsProblem({ gateway }: Snapshot): Headline | null {
  const [problem, ...others] = gateway.problems;
  if (!problem) return null;
  const more = others.length === 0 ? "" : ` And ${others.length} more.`;
  return { tone: "warn", title: "A setting is wrong", detail: problem.message + more, help: null };
}

function strugglingAccount(account: AccountState, now: number): Headline | null {
  const detail = `${account.name}: ${accountTrouble(account) ?? ""}`;
  const help: HeadlineHelp = { kind: "refresh", label: "Refresh now", accountId: account.id };
  switch (account.status) {
    case "retrying": {
      const since = failingSince(account);
      return {
        tone: "warn",
        title: since === null ? "Retrying" : `Retrying since ${moment(since, now)}`,
        detail,
        help,
      };
    }
    case "clock_suspect":
      return { tone: "warn", title: "Clock wrong", detail, help: null };
    case "paused":
      return { tone: "warn", title: "Automatic refresh is off", detail, help };
    case "fresh":
    case "due":
    case "refreshing":
    case "static":
    case "sign_in_needed":
    case "misconfigured":
    case "store_failed":
      return null;
  }
}

/** When the current run of failures began. */
function failingSince(account: AccountState): number | null {
  const afterSuccess = account.recent.findLastIndex(({ kind }) => kind !== "retried" && kind !== "failed") + 1;
  return account.recent[afterSuccess]?.at ?? account.last_attempt_at;
}

function silentCloud(account: AccountState, { gateway }: Snapshot, now: number): Headline | null {
  const cloud = gateway.clouds[account.id];
  if (cloud?.online !== false) return null;
  const what = cloud.error?.code === "cloud_unreachable" ? "does not answer" : "answers with an error";
  const last = cloud.last_success_at === null ? "" : `, last worked at ${moment(cloud.last_success_at, now)}`;
  return {
    tone: "warn",
    title: `The U-tec cloud ${what}${last}`,
    detail:
      `${cloud.error?.message ?? ""} The gateway keeps asking by itself; locks show what was last confirmed.`.trim(),
    help: null,
  };
}

function openLink(link: LinkState): Headline | null {
  if (link.set_up?.ended_at === null) {
    return { tone: "busy", title: "Setting up in Home Assistant", detail: link.set_up.message, help: null };
  }
  switch (link.status) {
    case "linked":
    // Running without Home Assistant is a choice, not a fault.
    case "not_configured":
      return null;
    case "connecting":
      return { tone: "busy", title: "Connecting to Home Assistant", detail: link.message, help: null };
    case "core_starting":
      return { tone: "busy", title: "Home Assistant is starting", detail: link.message, help: null };
    case "token_refused":
    case "integration_missing":
    case "integration_not_set_up":
    case "other_gateway":
    case "protocol_mismatch":
      return { tone: "warn", title: "Home Assistant not linked", detail: link.message, help: null };
  }
}

function isLock({ kind }: DeviceState): boolean {
  return kind === "lock";
}

function jammedLock(device: DeviceState): Headline | null {
  if (device.lock_state !== "jammed" || !isCurrent(device)) return null;
  const detail = "Check the door before you try again.";
  return { tone: "bad", title: `${device.name} is jammed`, detail, help: null };
}

function unseenLock(device: DeviceState, now: number): Headline | null {
  if (device.available) return null;
  const what = device.trouble === "offline" ? "is offline" : "cannot be seen";
  const advice = deviceAdvice(device, now);
  const detail = advice === null ? "" : `${advice.title}. ${advice.advice}`;
  return { tone: "warn", title: `${device.name} ${what}`, detail, help: null };
}

function staleLock(device: DeviceState, now: number): Headline | null {
  if (device.freshness !== "stale" || device.confirmed_at === null) return null;
  const detail = `It was ${lockWord(device.lock_state).toLowerCase()} then; there is no newer report.`;
  const title = `${device.name} was last seen at ${moment(device.confirmed_at, now)}`;
  return { tone: "warn", title, detail, help: null };
}

function allWell({ accounts, devices, gateway }: Snapshot): Headline {
  const locks = devices.filter(isLock);
  if (!accounts.some(({ has_devices }) => has_devices)) {
    const detail = accounts.length === 1 ? "Its token is kept alive" : `${accounts.length} tokens are kept alive`;
    return { tone: "good", title: "All well", detail, help: null };
  }
  if (locks.length === 0) {
    return {
      tone: "good",
      title: "Signed in",
      detail: "No locks yet: the cloud shows only devices that you ticked in the app's OpenAPI screen.",
      help: { kind: "link", label: "Accounts", href: placeHref("accounts") },
    };
  }
  const link = gateway.link.status === "linked" ? "Home Assistant is linked" : "Home Assistant is not connected";
  return { tone: "good", title: "All well", detail: `${doorsSentence(locks)} · ${link}`, help: null };
}

/** Only what was confirmed: a door that is still moving, or was never reported, is not called locked. */
function doorsSentence(locks: readonly DeviceState[]): string {
  const unlocked = named(locks.filter((lock) => lock.lock_state === "unlocked"));
  if (unlocked !== null) return `${unlocked} unlocked`;
  const unsure = named(locks.filter((lock) => lock.lock_state !== "locked"));
  if (unsure !== null) return `${unsure} not known yet`;
  return locks.length === 1 ? "The door is locked" : "All doors are locked";
}

function named(locks: readonly DeviceState[]): string | null {
  if (locks.length === 0) return null;
  const names = new Intl.ListFormat("en").format(locks.map((lock) => lock.name));
  return `${names} ${locks.length === 1 ? "is" : "are"}`;
}

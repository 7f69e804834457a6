import type { AccountState, LinkState, Snapshot } from "../../../../src/state/picture.ts";
import { placeHref, wizardHref } from "../../live/place.ts";
import { doorsHeadline } from "./doors-headline.ts";
import { moment } from "../time.ts";
import { accountTrouble, tokenTone } from "../token-status.ts";
import type { Headline, HeadlineHelp } from "./headline-parts.ts";

/** The most pressing thing first: what stops tokens, then the cloud, a bolt, the link; then what else is not well with doors. */
export function headlineOf(picture: Snapshot, now: number): Headline {
  const { accounts, gateway } = picture;
  const doors = doorsHeadline(picture, now);
  return (
    noAccount(accounts) ??
    first(accounts, stoppedAccount) ??
    settingsProblem(picture) ??
    first(accounts, (account) => strugglingAccount(account, now)) ??
    first(accounts, (account) => silentCloud(account, picture, now)) ??
    (doors?.tone === "bad" ? doors : null) ??
    openLink(gateway.link) ??
    doors ??
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

function allWell({ accounts, devices, gateway }: Snapshot): Headline {
  const locks = devices.filter(({ kind }) => kind === "lock");
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
  const { length } = locks;
  const which = length === 1 ? "The door is" : length === 2 ? "Both doors are" : `All ${length} doors are`;
  const link = gateway.link.status === "linked" ? " · Home Assistant is linked" : "";
  return { tone: "good", title: "All well", detail: `${which} locked${link}`, help: null };
}

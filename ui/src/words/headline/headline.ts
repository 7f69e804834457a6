import { TOKEN_STATUSES } from "../../../../src/keeper/account-state.ts";
import type { AccountState, DeviceState, LinkState, Snapshot } from "../../../../src/state/picture.ts";
import { deviceHref, placeHref, wizardHref } from "../../live/place.ts";
import { say } from "../language/words.ts";
import { told } from "../said.ts";
import { moment } from "../time.ts";
import { accountTrouble, tokenTone } from "../token-status.ts";
import type { Tone } from "../tone.ts";
import { doorsBelow, doorsHeadline } from "./doors-headline.ts";
import type { Headline, HeadlineHelp, HeadlineLink } from "./headline-parts.ts";

/** The most pressing thing first: what stops tokens, then the cloud, a bolt, the link; then what else is to be known of doors. */
export function headlineOf(picture: Snapshot, now: number): Headline {
  const { accounts } = picture;
  const doors = doorsHeadline(picture, now);
  return (
    noAccount(accounts) ??
    first(accounts, stoppedAccount) ??
    settingsProblem(picture) ??
    first(accounts, (account) => strugglingAccount(account, now)) ??
    first(accounts, (account) => silentCloud(account, picture, now)) ??
    (doors?.tone === "bad" ? doors : null) ??
    openLink(picture, now) ??
    first(accounts, unknownAccount) ??
    doors ??
    allWell(picture)
  );
}

function headline(tone: Tone, title: string, detail: string, help: HeadlineHelp | null = null): Headline {
  return { tone, title, detail, also: [], help };
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
  const help = { kind: "link", label: say("page.add_account"), href: wizardHref("cloud", null) } as const;
  return headline("idle", say("page.not_signed_in"), say("page.not_signed_in_detail"), help);
}

function stoppedAccount(account: AccountState): Headline | null {
  const detail = troubleOf(account);
  switch (account.status) {
    case "sign_in_needed":
      return headline(tokenTone(account), say("page.sign_in_needed"), detail, {
        kind: "link",
        label: say("page.sign_in"),
        href: wizardHref(signInStart(account), account.id),
      });
    case "misconfigured":
      return headline("bad", say("page.settings_wrong"), detail, {
        kind: "link",
        label: say("page.check_settings"),
        href: wizardHref("credentials", account.id),
      });
    case "store_failed":
      return headline("bad", say("page.token_not_saved"), detail);
    case "fresh":
    case "due":
    case "refreshing":
    case "retrying":
    case "clock_suspect":
    case "paused":
    case "static":
      break;
  }
  return null;
}

function troubleOf(account: AccountState): string {
  return say("page.account_trouble", { name: account.name, trouble: accountTrouble(account) ?? "" });
}

/** Of a newer gateway: what it says stands there as it is, and nothing is called well. */
function unknownAccount(account: AccountState): Headline | null {
  const known: readonly string[] = TOKEN_STATUSES;
  if (known.includes(account.status)) return null;
  const trouble = account.status.replaceAll("_", " ");
  return headline("idle", say("page.account_trouble", { name: account.name, trouble }), say("page.newer_gateway"));
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
  const detail = [told(problem), others.length === 0 ? "" : say("page.and_more_problems", { count: others.length })];
  return headline("warn", say("page.setting_wrong"), detail.join(" ").trim());
}

function strugglingAccount(account: AccountState, now: number): Headline | null {
  const detail = troubleOf(account);
  const help: HeadlineHelp = { kind: "refresh", label: say("page.refresh_now"), accountId: account.id };
  switch (account.status) {
    case "retrying": {
      const since = failingSince(account);
      const title = since === null ? say("page.retrying") : say("page.retrying_since", { moment: moment(since, now) });
      return headline("warn", title, detail, help);
    }
    case "clock_suspect":
      return headline("warn", say("page.clock_wrong"), detail);
    case "paused":
      return headline("warn", say("page.refresh_off"), detail, help);
    case "fresh":
    case "due":
    case "refreshing":
    case "static":
    case "sign_in_needed":
    case "misconfigured":
    case "store_failed":
      break;
  }
  return null;
}

/** When the current run of failures began. */
function failingSince(account: AccountState): number | null {
  const afterSuccess = account.recent.findLastIndex(({ kind }) => kind !== "retried" && kind !== "failed") + 1;
  return account.recent[afterSuccess]?.at ?? account.last_attempt_at;
}

function silentCloud(account: AccountState, { gateway }: Snapshot, now: number): Headline | null {
  const cloud = gateway.clouds[account.id];
  if (cloud?.online !== false) return null;
  const { error, last_success_at: last } = cloud;
  const answer = error?.code === "cloud_unreachable" ? "none" : "error";
  const title =
    last === null
      ? say("page.cloud_away", { answer })
      : say("page.cloud_away_since", { answer, moment: moment(last, now) });
  const detail = [error === null ? "" : told(error), say("page.cloud_away_detail")].join(" ").trim();
  return headline("warn", title, detail, { kind: "ask_cloud", label: say("page.try_now") });
}

function openLink(picture: Snapshot, now: number): Headline | null {
  const { link } = picture.gateway;
  const open = linkHeadline(link);
  return open === null ? null : { ...open, also: doorsBelow(picture, now) };
}

function linkHeadline(link: LinkState): Headline | null {
  if (link.set_up?.ended_at === null) return headline("busy", say("page.link_setting_up"), told(link.set_up, ""));
  switch (link.status) {
    case "linked":
    // Running without Home Assistant is a choice, not a fault.
    case "not_configured":
      return null;
    case "connecting":
      return headline("busy", say("page.link_connecting"), told(link, ""));
    case "core_starting":
      return headline("busy", say("page.link_core_starting"), told(link, ""));
    case "token_refused":
    case "integration_missing":
    case "integration_not_set_up":
    case "other_gateway":
    case "protocol_mismatch":
      break;
  }
  // Also what a newer gateway calls otherwise: it is not `linked`.
  return headline("warn", say("page.link_missing"), told(link, ""));
}

function othersUnseen(away: readonly DeviceState[]): HeadlineLink {
  const [first] = away;
  const values = {
    count: away.length,
    name: first?.name ?? "",
    why: first?.trouble === "offline" ? "offline" : "other",
  };
  return { text: say("page.others_unseen", values), href: deviceHref(first?.id ?? "") };
}

function allWell({ accounts, devices, gateway }: Snapshot): Headline {
  const locks = devices.filter(({ kind }) => kind === "lock");
  // Without Home Assistant, what is well is said by its name; the card of Home Assistant says the rest.
  const isLinked = gateway.link.status === "linked";
  if (!accounts.some(({ has_devices }) => has_devices)) {
    const kept = say("page.tokens_kept", { count: accounts.length });
    return isLinked ? headline("good", say("page.all_well"), kept) : headline("good", kept, "");
  }
  if (locks.length === 0) {
    const help = { kind: "link", label: say("page.place_accounts"), href: placeHref("accounts") } as const;
    return headline("good", say("page.signed_in"), say("page.no_locks_yet"), help);
  }
  const locked = say("page.all_locked", { count: locks.length });
  const away = devices.filter(({ kind, available }) => kind !== "lock" && !available);
  // No worry about the doors, and yet not all is well.
  if (away.length > 0) return { ...headline("idle", locked, ""), also: [othersUnseen(away)] };
  if (!isLinked) return headline("good", locked, "");
  return headline("good", say("page.all_well"), `${locked} · ${say("page.link_up")}`);
}

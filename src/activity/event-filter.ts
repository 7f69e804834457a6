import type { AccountEventKind } from "../keeper/account-state.ts";
import type { ActivityEntry } from "./entry.ts";
import type { ActivityEvent } from "./event.ts";

/** Which events are wanted. Runs in the browser, too. */
export const SHOWN = ["everything", "commands", "changes", "tokens", "trouble"] as const;
export type Shown = (typeof SHOWN)[number];

/** One word of a search. */
export interface SearchWord {
  readonly text: string;
  /** The codes that the word stands for in the language of who searches. */
  readonly means: readonly string[];
}

export interface EventFilter {
  readonly show?: Shown | undefined;
  readonly device_id?: string | undefined;
  readonly account_id?: string | undefined;
  /** Only what went on between the two; epoch ms, the second not included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** All of them have to be found. */
  readonly words?: readonly SearchWord[] | undefined;
}

export function passes(event: ActivityEvent, filter: EventFilter): boolean {
  const { show = "everything", device_id, account_id, from, to, words = [] } = filter;
  return (
    isShown(event, show) &&
    (device_id === undefined || event.entries.some((entry) => entry.device_id === device_id)) &&
    (account_id === undefined || isOfAccount(event, account_id)) &&
    (to === undefined || event.at < to) &&
    (from === undefined || event.ongoing_since_at !== null || event.last_at >= from) &&
    (words.length === 0 || isFound(event, words))
  );
}

function isShown(event: ActivityEvent, show: Shown): boolean {
  switch (show) {
    case "everything":
      return true;
    case "commands":
      return event.kind === "command";
    case "changes":
      return event.kind !== "command" && event.kind !== "token";
    case "tokens":
      return event.kind === "token";
    case "trouble":
      return isTrouble(event);
  }
}

const FAILURES: ReadonlySet<AccountEventKind> = new Set(["retried", "failed"]);

/** An unlocked door is none. */
export function isTrouble({ kind, entries, token_events }: ActivityEvent): boolean {
  switch (kind) {
    case "outage":
    case "removed":
      return true;
    case "added":
      return false;
    case "change":
      return entries.some(({ to }) => to === "jammed");
    case "command":
      return entries.some(({ to, command }) => to === "jammed" || isFailure(command?.outcome));
    case "token":
      return token_events.some((event) => FAILURES.has(event.kind));
  }
}

function isFailure(outcome: string | null | undefined): boolean {
  return outcome === "refused" || outcome === "offline" || outcome === "unconfirmed";
}

function isOfAccount({ account, entries }: ActivityEvent, id: string): boolean {
  return account === null ? entries.some(({ account_id }) => account_id === id) : account.id === id;
}

function isFound(event: ActivityEvent, words: readonly SearchWord[]): boolean {
  const codes = new Set(codesOf(event));
  const text = searchable(textsOf(event).join("\n"));
  return words.every((word) => text.includes(searchable(word.text)) || word.means.some((code) => codes.has(code)));
}

/** Capitals make no difference. */
export function searchable(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** What of an event is no word of a language: names, and what the gateway and the cloud said. */
function textsOf({ account, entries, token_events }: ActivityEvent): string[] {
  return [
    account?.name ?? "",
    ...entries.flatMap(({ device_name, command }) => [
      device_name,
      command?.origin.name ?? "",
      command?.error?.message ?? "",
    ]),
    ...token_events.flatMap(({ message, code }) => [message, code ?? ""]),
  ];
}

/** What an event tells, in codes: each has words in every language of the page. */
export function codesOf({ kind, entries, token_events }: ActivityEvent): string[] {
  return [
    ...(kind === "outage" || kind === "added" || kind === "removed" ? [kind] : []),
    ...entries.flatMap(codesOfEntry),
    ...token_events.map((event) => `token.${event.kind}`),
  ];
}

function codesOfEntry({ kind, value, to, command }: ActivityEntry): string[] {
  const codes = kind === "device_unavailable" && typeof to === "string" ? [`outage.${to}`] : [];
  if (kind === "device_missing") codes.push("outage.missing");
  if (value !== null) codes.push(typeof to === "string" ? `change.${value}.${to}` : `change.${value}`);
  if (command !== null) {
    codes.push(`command.${command.name}`, `origin.${command.origin.kind}`);
    if (kind === "command_ended") codes.push(`outcome.${command.outcome}`);
    if (command.origin.automation) codes.push("origin.automation");
  }
  return codes;
}

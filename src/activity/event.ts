import type { AccountEvent, AccountEventKind } from "../keeper/account-state.ts";
import type { ActivityEntry } from "./entry.ts";

/** What the events of the log are about. Runs in the browser, too. */
export const EVENT_KINDS = ["outage", "command", "change", "added", "removed", "token"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One event: one line for people, with the entries that it is made of. */
export interface ActivityEvent {
  /** Stays the same while the event grows. */
  readonly id: string;
  readonly kind: EventKind;
  /** When it began, and where it stands in the log; epoch ms. */
  readonly at: number;
  /** When the last thing happened in it. */
  readonly last_at: number;
  /** How often: a device has gone away, the same was asked in vain, a token could not be refreshed. */
  readonly times: number;
  /** Of an outage or of failures of a token: how long they lasted, without what still goes on. */
  readonly lasted_ms: number;
  /** Since when it goes on; null where it is over. */
  readonly ongoing_since_at: number | null;
  /** The account of a token; else null. */
  readonly account: { readonly id: string; readonly name: string } | null;
  /** Of devices, oldest first. */
  readonly entries: readonly ActivityEntry[];
  /** Of a token, oldest first. */
  readonly token_events: readonly AccountEvent[];
}

/** Of one account, oldest first. */
export interface AccountEvents {
  readonly id: string;
  readonly name: string;
  readonly events: readonly AccountEvent[];
}

/** The event that is made of these entries, which are one at least, oldest first. */
export function deviceEvent(entries: readonly [ActivityEntry, ...ActivityEntry[]]): ActivityEvent {
  const [first] = entries;
  const kind = kindOf(entries);
  const outage = kind === "outage" ? stretches(entries) : NO_STRETCH;
  const commands = new Set(entries.flatMap(({ command }) => command?.id ?? []));
  return {
    id: String(first.event),
    kind,
    at: first.at,
    last_at: (entries.at(-1) ?? first).at,
    times: kind === "outage" ? timesAway(entries) : Math.max(1, commands.size),
    ...outage,
    account: null,
    entries,
    token_events: [],
  };
}

/** Entries in the order of their numbers, either way, as events: the newest first. */
export function deviceEvents(entries: readonly ActivityEntry[]): ActivityEvent[] {
  const groups = Map.groupBy(entries, ({ event }) => event);
  return [...groups.values()]
    .flatMap((group) => {
      const [first, ...more] = group.toSorted((a, b) => a.id - b.id);
      return first === undefined ? [] : [deviceEvent([first, ...more])];
    })
    .sort((a, b) => Number(b.id) - Number(a.id));
}

const FAILURES: ReadonlySet<AccountEventKind> = new Set(["retried", "failed"]);
const ENDS: ReadonlySet<AccountEventKind> = new Set(["recovered", "refreshed", "adopted", "signed_in"]);

/** What a token has been through, the newest first: failures in a row are one event, with what ended them. */
export function tokenEvents({ id, name, events }: AccountEvents): ActivityEvent[] {
  const groups: AccountEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const fails = last?.at(-1) !== undefined && FAILURES.has((last.at(-1) as AccountEvent).kind);
    if (last !== undefined && fails && (FAILURES.has(event.kind) || ENDS.has(event.kind))) last.push(event);
    else groups.push([event]);
  }
  return groups.flatMap((group) => tokenEvent({ id, name }, group)).toReversed();
}

function tokenEvent(account: { readonly id: string; readonly name: string }, events: AccountEvent[]): ActivityEvent[] {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return [];
  const failures = events.filter(({ kind }) => FAILURES.has(kind)).length;
  return [
    {
      id: `${account.id} ${first.at} ${first.kind} ${first.generation}`,
      kind: "token",
      at: first.at,
      last_at: last.at,
      times: Math.max(1, failures),
      lasted_ms: failures === events.length ? 0 : last.at - first.at,
      ongoing_since_at: failures === events.length ? first.at : null,
      account,
      entries: [],
      token_events: events,
    },
  ];
}

function kindOf(entries: readonly ActivityEntry[]): EventKind {
  const kinds = new Set(entries.map(({ kind }) => kind));
  if (kinds.has("device_unavailable") || kinds.has("device_missing")) return "outage";
  if (kinds.has("command_ended") || entries.some(({ command }) => command !== null)) return "command";
  if (kinds.has("state_changed")) return "change";
  if (kinds.has("device_added")) return "added";
  // Of an outage that began before the log, only the end is left.
  return kinds.has("device_removed") ? "removed" : "outage";
}

type Stretches = Pick<ActivityEvent, "lasted_ms" | "ongoing_since_at">;
const NO_STRETCH: Stretches = { lasted_ms: 0, ongoing_since_at: null };

/** The times in which one device at least was away. */
function stretches(entries: readonly ActivityEntry[]): Stretches {
  const away = new Set<string>();
  let since: number | null = null;
  let lasted_ms = 0;
  for (const { kind, device_id, at } of entries) {
    const [missing, unavailable] = [`missing ${device_id}`, `unavailable ${device_id}`];
    if (kind === "device_missing") away.add(missing);
    if (kind === "device_unavailable") away.add(unavailable);
    if (kind === "device_found" || kind === "device_removed") away.delete(missing);
    if (kind === "device_available" || kind === "device_removed") away.delete(unavailable);
    if (away.size > 0) since ??= at;
    else if (since !== null) {
      lasted_ms += at - since;
      since = null;
    }
  }
  return { lasted_ms, ongoing_since_at: since };
}

function timesAway(entries: readonly ActivityEntry[]): number {
  const losses = (lost: ActivityEntry["kind"]): number[] =>
    [
      ...Map.groupBy(
        entries.filter(({ kind }) => kind === lost),
        ({ device_id }) => device_id,
      ).values(),
    ].map(({ length }) => length);
  return Math.max(1, ...losses("device_unavailable"), ...losses("device_missing"));
}

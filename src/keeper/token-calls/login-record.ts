import type { LoginAttempt } from "../account.ts";
import type { LoginRoute, StoredLoginAttempt } from "../providers/provider-fields.ts";
import { phrase } from "../../said/phrase.ts";

/**
 * The record of a search for a login: one entry for each way that was tried, in the order in which they were tried first.
 * Pure: the search writes each entry down before it asks, and again with what was said.
 */
export type LoginRecord = readonly StoredLoginAttempt[];

/** So many answers that user name or password are wrong end a search: more of them may lock somebody out. */
export const MOST_REFUSALS = 3;

/** Unanswered so often, an address waits until the others were tried. */
const PATIENCE = 2;

/** The next way to try; null when the search is over: found, stopped by wrong passwords, or nothing is left. */
export function nextRoute(routes: readonly LoginRoute[], record: LoginRecord): LoginRoute | null {
  if (record.some(({ outcome }) => outcome === "accepted") || refusalsIn(record) >= MOST_REFUSALS) return null;
  const closed = new Set(record.filter(({ outcome }) => outcome === "no_login").map(({ url }) => url));
  const open = routes.filter((route) => !closed.has(route.url) && !isSettled(entryOf(record, route)));
  const patience = (route: LoginRoute): number => {
    const times = record.filter(({ url }) => url === route.url).map((entry) => entry.times);
    return Math.floor(Math.max(0, ...times) / PATIENCE);
  };
  return open.toSorted((one, other) => patience(one) - patience(other))[0] ?? null;
}

/** Whether a search has begun that is not over. */
export function isUnderWay(routes: readonly LoginRoute[], record: LoginRecord | undefined): boolean {
  return record !== undefined && nextRoute(routes, record) !== null;
}

export function refusalsIn(record: LoginRecord): number {
  return record.filter(({ outcome }) => outcome === "refused").length;
}

/** Nothing but web pages and redirects came: something on the way sends them, whatever is asked. */
export function isAllPages(record: LoginRecord): boolean {
  return record.length > 0 && record.every(({ page }) => page);
}

export function entryOf(record: LoginRecord, { url, format }: LoginRoute): StoredLoginAttempt | undefined {
  return record.find((entry) => entry.url === url && entry.format === format);
}

/** The record with this way about to be asked. */
export function withAsked(record: LoginRecord, route: LoginRoute, at: number): LoginRecord {
  const { times = 0, page = false } = entryOf(record, route) ?? {};
  const message = phrase("login_unanswered");
  return written(record, { ...route, outcome: "unanswered", message, at, times: times + 1, page });
}

/** What an answer, or its absence, says of the way in which it was asked. */
export interface LoginVerdict extends Pick<LoginAttempt, "outcome" | "message"> {
  readonly page: boolean;
  /** It is this way alone that is not answered, as far as can be told. */
  readonly counts: boolean;
}

/** The record with what came of asking this way. */
export function withVerdict(
  record: LoginRecord,
  { url, format }: LoginRoute,
  { outcome, message, page, counts }: LoginVerdict,
  at: number,
): LoginRecord {
  const times = (entryOf(record, { url, format })?.times ?? 1) - (counts ? 0 : 1);
  return written(record, { url, format, outcome, message, at, times, page });
}

/** All is asked again, one way at a time while pages come: what answered was none of the cloud's. */
export function reopened(record: LoginRecord): LoginRecord {
  return record.map((entry) => ({ ...entry, outcome: "outage", times: PATIENCE - 1 }));
}

function isSettled(entry: StoredLoginAttempt | undefined): boolean {
  return entry !== undefined && entry.outcome !== "outage" && entry.outcome !== "unanswered";
}

function written(record: LoginRecord, entry: StoredLoginAttempt): LoginRecord {
  return entryOf(record, entry) === undefined
    ? [...record, entry]
    : record.map((one) => (one.url === entry.url && one.format === entry.format ? entry : one));
}

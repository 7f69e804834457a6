import type { AccountEvent } from "../keeper/account-state.ts";
import type { TokenMark } from "./history-models.ts";

/** Whether a mark is an outage, which goes on while it has no end. */
export function isOutage({ kind }: Pick<TokenMark, "kind">): boolean {
  return kind === "retried" || kind === "failed";
}

/**
 * The marks with one more event: a failed try makes the outage before it longer, anything else ends that. A sign-out is no
 * end of an outage, but nothing is tried after it.
 *
 * @returns what takes the place of the last mark: one or two; where there was none, one
 */
export function withEvent(last: TokenMark | null, { kind, at, code }: AccountEvent): TokenMark[] {
  const mark: TokenMark = { kind, at, until: null, count: 1, code: isOutage({ kind }) ? code : null };
  if (last === null) return [mark];
  if (!isOutage(last) || last.until !== null) return [last, mark];
  if (!isOutage(mark)) return [{ ...last, until: Math.max(at, last.at) }, mark];
  return [{ ...last, kind: last.kind === "failed" ? "failed" : kind, count: last.count + 1, code }];
}

/** The events as marks: an outage is one, however many tries it took. */
export function marksOf(events: readonly AccountEvent[]): TokenMark[] {
  const marks: TokenMark[] = [];
  for (const event of events) marks.push(...withEvent(marks.pop() ?? null, event));
  return marks;
}

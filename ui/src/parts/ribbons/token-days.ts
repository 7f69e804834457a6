import type { TimeSpan, TokenMark } from "../../../../src/history/history-models.ts";
import { isOutage } from "../../../../src/history/token-marks.ts";
import { partsOf } from "./days.ts";
import type { Day } from "./days.ts";

/** What stands in a part of a day; `none`: nobody was signed in, or the gateway did not run. */
export type TokenPart = "none" | "quiet" | "refreshed" | "signed_in" | "signed_out" | "retried" | "failed";

export interface TokenDay {
  readonly day: Day;
  readonly parts: readonly TokenPart[];
  readonly refreshes: number;
  readonly outages: readonly TokenMark[];
  /** Sign-ins and sign-outs. */
  readonly others: readonly TokenMark[];
}

/** The more it says, the later: two that share a part are drawn as the later of these. */
const WEIGHT: readonly TokenPart[] = ["none", "quiet", "refreshed", "signed_out", "signed_in", "retried", "failed"];

/** The marks of a token, day by day. */
export function tokenDays(
  marks: readonly TokenMark[],
  down: readonly TimeSpan[],
  days: readonly Day[],
  now: number,
): readonly TokenDay[] {
  const away = [...down, ...signedOut(marks, now)];
  return days.map((day) => {
    const within = marks.filter((mark) => touches(mark, day.from, day.to, now));
    return {
      day,
      parts: partsOf(day, now).map(({ from, to }) => {
        const base: TokenPart = away.some((span) => span.from <= from && span.to >= to) ? "none" : "quiet";
        return within
          .filter((mark) => touches(mark, from, to, now))
          .map(partFor)
          .reduce((heavy, one) => (WEIGHT.indexOf(one) > WEIGHT.indexOf(heavy) ? one : heavy), base);
      }),
      refreshes: within.filter((mark) => partFor(mark) === "refreshed").length,
      outages: within.filter(isOutage),
      others: within.filter(({ kind }) => kind === "signed_in" || kind === "signed_out"),
    };
  });
}

function touches(mark: TokenMark, from: number, to: number, now: number): boolean {
  const end = isOutage(mark) ? (mark.until ?? now) : mark.at;
  return mark.at < to && end >= from && (isOutage(mark) || mark.at >= from);
}

function partFor({ kind }: TokenMark): TokenPart {
  return kind === "recovered" || kind === "adopted" ? "refreshed" : kind;
}

/** When nobody was signed in. */
function signedOut(marks: readonly TokenMark[], now: number): TimeSpan[] {
  return marks.flatMap(({ kind, at }, index) => {
    if (kind !== "signed_out") return [];
    return [{ from: at, to: marks.slice(index + 1).find((mark) => !isOutage(mark))?.at ?? now }];
  });
}

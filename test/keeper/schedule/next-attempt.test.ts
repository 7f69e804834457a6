import { describe, expect, test } from "vitest";
import { nextAttempt } from "../../../src/keeper/schedule/next-attempt.ts";
import type { FailedAttempt } from "../../../src/keeper/schedule/next-attempt.ts";
import type { AccountRow } from "../../../src/keeper/vault/tables/account-columns.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Changes = Partial<Omit<FailedAttempt, "account">> & { readonly account?: Partial<AccountRow> };

/** A transient failure of an account that worked until now. */
function failed({ account, ...rest }: Changes): FailedAttempt {
  const row = {
    generation: 3,
    automatic_refresh: 1,
    sign_in_reason: null,
    next_refresh_at: NOW,
    consecutive_failures: 0,
    refusals: 0,
    last_error_class: null,
    last_error_code: null,
    last_error_message: null,
    ...account,
  } satisfies Partial<AccountRow>;
  return {
    account: row as AccountRow,
    failure: { refused: false, retry_after_at: null },
    wanted: "backoff",
    expiresAt: () => null,
    credentials: false,
    now: NOW,
    ...rest,
  };
}

const refused = { refused: true, retry_after_at: null };
const dead = { last_error_class: "dead_grant", last_error_code: "invalid_grant", last_error_message: "No." } as const;

/** Until the next attempt, ms, and the refusals by then. */
function next(changes: Changes, fraction = 0): [number | null, number] {
  const { at, refusals } = nextAttempt(failed(changes), () => fraction);
  return [at === null ? null : at - NOW, refusals];
}

describe("a failed refresh is tried again", () => {
  test.each<[string, Changes, [number | null, number]]>([
    ["within 2 s at first", {}, [1500, 0]],
    ["within 16 s after the fourth failure", { account: { consecutive_failures: 3 } }, [8500, 0]],
    ["not before the server's own time", { failure: { refused: false, retry_after_at: NOW + MINUTE } }, [MINUTE, 0]],
    ["a minute after a refusal, rather later", { failure: refused }, [63_000, 1]],
    ["14 minutes after the second", { failure: refused, account: { refusals: 1 } }, [14.25 * MINUTE, 2]],
    ["at once after an interruption", { wanted: "at_once" }, [0, 0]],
    ["never by itself where only a person helps", { wanted: "never" }, [null, 0]],
    ["never where a person asked and nothing was planned", { wanted: "by_hand", failure: refused }, [null, 1]],
    [
      "never while a sign-in is needed and nothing is planned",
      { failure: refused, account: { sign_in_reason: "grant_dead", next_refresh_at: null, refusals: 3 } },
      [null, 4],
    ],
    [
      "a day after the third refusal of a password, which locks people out",
      { failure: refused, credentials: true, account: { refusals: 2 } },
      [25.2 * HOUR, 3],
    ],
    [
      "when it was planned, after somebody asked ahead of it, which counts as no look",
      { failure: refused, account: { ...dead, refusals: 3, next_refresh_at: NOW + HOUR } },
      [HOUR, 3],
    ],
    [
      "after an outage on top of a confirmed refusal within the hour",
      { account: { ...dead, refusals: 4, sign_in_reason: "grant_dead" } },
      [HOUR, 4],
    ],
    ["soon where the cloud has granted and did not say to whom", { wanted: "soon", account: dead }, [1500, 0]],
  ])("%s", (_, changes, expected) => {
    expect(next(changes, 0.5)).toEqual(expected);
  });

  test("more often as the token's end comes near", () => {
    const account = { consecutive_failures: 12 };
    expect(next({ account }, 0.999)[0]).toBeGreaterThan(14 * MINUTE);
    expect(next({ account, expiresAt: () => NOW + 8 * MINUTE }, 0.999)[0]).toBeLessThanOrEqual(2 * MINUTE);
  });

  test("without a look at the token where its end does not matter: it may be unreadable", () => {
    const expiresAt = (): number => {
      throw new Error("damaged");
    };
    expect(next({ failure: refused, expiresAt })).toEqual([MINUTE, 1]);
  });
});

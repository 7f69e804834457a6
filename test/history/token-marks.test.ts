import { expect, test } from "vitest";
import { marksOf } from "../../src/history/token-marks.ts";
import type { AccountEvent } from "../../src/keeper/account-state.ts";

function event(at: number, kind: AccountEvent["kind"], code: string | null = null): AccountEvent {
  return { at, kind, generation: 1, class: null, code, message: "" };
}

test("an outage is one mark, from its first failed try until what ends it, however many tries it took", () => {
  const tries = Array.from({ length: 200 }, (_, index) => event(10 + index, "retried", "timeout"));
  expect(marksOf([event(1, "refreshed"), ...tries, event(500, "recovered")])).toEqual([
    { kind: "refreshed", at: 1, until: null, count: 1, code: null },
    { kind: "retried", at: 10, until: 500, count: 200, code: "timeout" },
    { kind: "recovered", at: 500, until: null, count: 1, code: null },
  ]);
});

test("an outage is failed if one of its tries was, and has no end while it lasts", () => {
  expect(
    marksOf([event(1, "retried", "timeout"), event(2, "failed", "invalid_grant"), event(3, "retried", "x")]),
  ).toEqual([{ kind: "failed", at: 1, until: null, count: 3, code: "x" }]);
});

test("two outages are two marks", () => {
  const events = [event(1, "retried"), event(2, "recovered"), event(3, "retried"), event(4, "recovered")];
  expect(marksOf(events).map(({ kind }) => kind)).toEqual(["retried", "recovered", "retried", "recovered"]);
});

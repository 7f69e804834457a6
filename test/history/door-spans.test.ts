import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DoorChange } from "../../src/activity/entry.ts";
import { doorSpans } from "../../src/history/door-spans.ts";
import type { DoorPast } from "../../src/history/door-spans.ts";

const LOCKED = { lock_state: "locked", door_state: "closed", available: true } as const;
const WINDOW = { from: 1000, to: 2000 };

function change(at: number, part: Partial<DoorChange>): DoorChange {
  return { id: at, at, kind: "state_changed", value: null, from: null, to: null, cause: "poll", by: null, ...part };
}

function bolt(at: number, to: string, from = to === "locked" ? "unlocked" : "locked"): DoorChange {
  return change(at, { value: "lock_state", from, to });
}

function states(past: Partial<DoorPast>): string[] {
  const spans = doorSpans({ changes: [], present: LOCKED, window: WINDOW, seen: [WINDOW], ...past });
  return spans.map(({ at, state }) => `${at} ${state}`);
}

describe("a door", () => {
  test("that never changed was always as it is now", () => {
    expect(states({})).toEqual(["1000 locked"]);
  });

  test("begins as the first change in the log says it was before", () => {
    expect(states({ changes: [bolt(1500, "locked")] })).toEqual(["1000 unlocked", "1500 locked"]);
  });

  test("begins as a change from before the window left it", () => {
    expect(states({ changes: [bolt(500, "unlocked"), bolt(1500, "locked")] })).toEqual([
      "1000 unlocked",
      "1500 locked",
    ]);
  });

  test("is open while its sensor says so, whatever the bolt does, and then as the bolt is", () => {
    const door = (at: number, to: string, from: string): DoorChange => change(at, { value: "door_state", from, to });
    const changes = [
      bolt(1100, "unlocked"),
      door(1200, "open", "closed"),
      bolt(1300, "locked"),
      door(1400, "closed", "open"),
    ];
    expect(states({ changes })).toEqual(["1000 locked", "1100 unlocked", "1200 open", "1400 locked"]);
  });

  test("is not known while it cannot be reached, and before it was added", () => {
    const changes = [change(1100, { kind: "device_added" }), change(1200, { kind: "device_unavailable" })];
    expect(states({ changes, present: { ...LOCKED, available: false } })).toEqual([
      "1000 unknown",
      "1100 locked",
      "1200 unknown",
    ]);
  });

  test("is not known while the gateway did not run, and nobody is said to have turned it back", () => {
    const by = { kind: "page", name: "Anna", automation: false } as const;
    const spans = doorSpans({
      changes: [{ ...bolt(1100, "unlocked"), cause: "command", by }, bolt(1500, "locked")],
      present: LOCKED,
      window: WINDOW,
      seen: [
        { from: 1000, to: 1200 },
        { from: 1300, to: 2000 },
      ],
    });
    expect(spans).toEqual([
      { at: 1000, state: "locked", cause: null, by: null },
      { at: 1100, state: "unlocked", cause: "command", by },
      { at: 1200, state: "unknown", cause: null, by: null },
      { at: 1300, state: "unlocked", cause: null, by: null },
      { at: 1500, state: "locked", cause: "poll", by: null },
    ]);
  });

  test("whatever happened: the spans begin with the window, are in order, and no two alike follow each other", () => {
    const changes = fc.array(
      fc.oneof(
        fc
          .record({ at: fc.integer({ min: 0, max: 3000 }), to: fc.constantFrom("locked", "unlocked", "jammed") })
          .map(({ at, to }) => bolt(at, to, "unlocked")),
        fc
          .record({
            at: fc.integer({ min: 0, max: 3000 }),
            kind: fc.constantFrom("device_available", "device_unavailable"),
          })
          .map(({ at, kind }) => change(at, { kind })),
      ),
    );
    fc.assert(
      fc.property(changes, fc.integer({ min: 1000, max: 1990 }), (some, from) => {
        const seen = [{ from, to: 1990 }].filter((span) => span.from < span.to);
        const spans = doorSpans({ changes: some, present: LOCKED, window: WINDOW, seen });
        expect(spans[0]?.at).toBe(WINDOW.from);
        for (const [at, span] of spans.entries()) {
          const before = spans[at - 1];
          expect(span.at).toBeLessThan(WINDOW.to);
          if (before !== undefined) {
            expect(span.at).toBeGreaterThan(before.at);
            expect(span.state).not.toBe(before.state);
          }
        }
      }),
    );
  });
});

import { describe, expect, test } from "vitest";
import type { ActivityEntry } from "../../src/activity/entry.ts";
import { LIMIT_BYTES } from "../../src/activity/store.ts";
import { aRecorder, said, sizeOf } from "../activity/house.ts";

const DAY_MS = 86_400_000;

describe("months of 500 locks", () => {
  test("30 days and the size limit hold", () => {
    const limitBytes = 8 * 1024 * 1024;
    const { picture, clock, store, file } = aRecorder({ days: 30, limitBytes });
    const locks = Array.from({ length: 500 }, (_, index) => `lock-${index}`);
    let largest = 0;
    for (let hour = 0; hour < 24 * 90; hour += 1) {
      const at = clock.now();
      // A dozen doors an hour, each of which has turned since it was seen last.
      const lock_state = hour % 2 === 0 ? ("locked" as const) : ("unlocked" as const);
      picture.update({
        devices: locks.slice(hour % 50, (hour % 50) + 12).map((id) => said({ id, lock_state }, at)),
      });
      clock.advance(3_600_000);
      largest = Math.max(largest, sizeOf(file));
    }
    expect(largest).toBeLessThanOrEqual(limitBytes);
    const oldest = oldestOf(store);
    expect(clock.now() - oldest.at).toBeLessThanOrEqual(30 * DAY_MS + 3_600_000);
    expect(clock.now() - oldest.at).toBeGreaterThan(29 * DAY_MS);
    expect(clock.armed).toBe(1);
  });

  test("a day of polling that shows nothing new writes nothing", () => {
    const { picture, clock, file } = aRecorder();
    const locks = Array.from({ length: 500 }, (_, index) => `lock-${index}`);
    picture.update({ devices: locks.map((id) => said({ id }, clock.now())) });
    clock.advance(3_600_000);
    const before = sizeOf(file);
    for (let poll = 0; poll < 24 * 12; poll += 1) {
      clock.advance(300_000);
      picture.update({ devices: locks.map((id) => said({ id }, clock.now())) });
    }
    expect(sizeOf(file)).toBe(before);
    expect(before).toBeLessThan(LIMIT_BYTES / 20);
  });
});

function oldestOf(store: {
  page: (query: { limit: number; before?: number }) => { entries: readonly ActivityEntry[]; next: number | null };
}): ActivityEntry {
  let page = store.page({ limit: 500 });
  while (page.next !== null) page = store.page({ limit: 500, before: page.next });
  const oldest = page.entries.at(-1);
  if (!oldest) throw new Error("The log is empty.");
  return oldest;
}

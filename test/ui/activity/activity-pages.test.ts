import { expect, test } from "vitest";
import type { ActivityEntry, ActivityPage } from "../../../src/activity/entry.ts";
import { ActivityPages } from "../../../ui/src/live/activity-pages.ts";
import { ApiProblem } from "../../../ui/src/live/api.ts";
import type { ActivityQuery } from "../../../ui/src/live/api.ts";
import { anEntry, numbered } from "../../activity/house.ts";

const HOST = {
  addController: () => {},
  removeController: () => {},
  requestUpdate: () => {},
  updateComplete: Promise.resolve(true),
};

/** A log of so many entries, a page at a time as the gateway gives them; `fails` says what it does not give. */
function aLog(
  count: number,
  fails: (wish: ActivityQuery) => boolean,
): { api: { activity: (wish: ActivityQuery) => Promise<ActivityPage> } } {
  const all = Array.from({ length: count }, (_, at): ActivityEntry => numbered(count - at, anEntry()));
  return {
    api: {
      activity: async (wish) => {
        if (fails(wish)) throw new ApiProblem("unreachable", "The gateway does not answer.", null, null);
        const rest = all.filter(({ id }) => wish.before === undefined || id < wish.before);
        const entries = rest.slice(0, wish.limit);
        return { entries, next: rest.length > wish.limit ? (entries.at(-1)?.id ?? null) : null };
      },
    },
  };
}

test("what was read before a page failed is not missing from the story once that page comes", async () => {
  let broken = true;
  const log = aLog(250, ({ before }) => broken && before !== undefined);
  const pages = new ActivityPages(HOST);
  const rare = new Set([240, 120, 10]);
  await pages.begin(log, { device_id: null, kinds: null, passes: ({ id }) => rare.has(id) }, false);
  expect(pages.problem).toBe("The gateway does not answer.");
  expect(pages.more).toBe(true);
  broken = false;
  await pages.older(log);
  expect(pages.entries.map(({ id }) => id)).toEqual([240, 120, 10]);
  expect(pages).toMatchObject({ problem: null, more: false });
});

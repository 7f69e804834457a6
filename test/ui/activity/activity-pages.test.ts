import { expect, test } from "vitest";
import { deviceEvent } from "../../../src/activity/event.ts";
import type { EventPage } from "../../../src/activity/event-log.ts";
import { ActivityPages, queryOf } from "../../../ui/src/live/activity-pages.ts";
import { ApiProblem } from "../../../ui/src/live/api.ts";
import type { EventsQuery } from "../../../ui/src/live/api.ts";
import { anEntry, numbered } from "../../activity/house.ts";

const HOST = {
  addController: () => {},
  removeController: () => {},
  requestUpdate: () => {},
  updateComplete: Promise.resolve(true),
};
const START = Date.UTC(2026, 10, 21);

/** A log that gives one event with each page, the newest first; `fails` says what it does not give. */
function aLog(
  count: number,
  fails: (wish: EventsQuery) => boolean = () => false,
): { api: { activityEvents: (wish: EventsQuery) => Promise<EventPage> } } {
  return {
    api: {
      activityEvents: async (wish) => {
        if (fails(wish)) throw new ApiProblem("unreachable", "The gateway does not answer.", null, null);
        const id = Number(wish["before"] ?? count);
        const event = deviceEvent([numbered(id, anEntry({ at: START + id }))]);
        return { events: [event], next: id > 1 ? String(id - 1) : null };
      },
    },
  };
}

const ids = ({ events }: ActivityPages): string[] => events.map(({ id }) => id);

test("what was read before a page failed is not missing from the story once that page comes", async () => {
  let broken = true;
  const log = aLog(4, ({ before }) => broken && before === "2");
  const pages = new ActivityPages(HOST);
  await pages.begin(log, {}, false);
  expect(pages.problem?.message).toBe("The gateway does not answer.");
  expect(pages.more).toBe(true);
  broken = false;
  await pages.older(log);
  expect(ids(pages)).toEqual(["4", "3", "2", "1"]);
  expect(pages).toMatchObject({ problem: null, more: false });
});

test("what happens goes on with the event that it belongs to, and a new event comes before all", async () => {
  const pages = new ActivityPages(HOST);
  await pages.begin(aLog(2), {}, false);
  pages.take([numbered(3, anEntry({ at: START + 5 }), 1), numbered(4, anEntry({ at: START + 6 }))]);
  expect(ids(pages)).toEqual(["4", "2", "1"]);
  expect(pages.events.at(-1)?.entries.map(({ id }) => id)).toEqual([1, 3]);
});

test("what goes on with an event further down, or is not wanted, is not shown", async () => {
  const pages = new ActivityPages(HOST);
  await pages.begin(aLog(1), { device_id: "door" }, false);
  pages.take([numbered(9, anEntry({ at: START + 5 }), 5), numbered(10, anEntry({ device_id: "gate" }))]);
  expect(ids(pages)).toEqual(["1"]);
});

test("a filter is asked for as the API takes it, each word with what it stands for", () => {
  const words = [
    { text: "tür", means: [] },
    { text: "offen", means: ["change.door_state.open", "token.failed"] },
  ];
  expect(queryOf({ show: "everything", device_id: "a b", from: 1, to: 2, words })).toEqual({
    device_id: "a b",
    from: "1",
    to: "2",
    q: "tür offen",
    means: ";change.door_state.open,token.failed",
  });
});

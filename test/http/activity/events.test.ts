import { describe, expect, test } from "vitest";
import type { ActivityEvent } from "../../../src/activity/event.ts";
import type { EventPage } from "../../../src/activity/event-log.ts";
import { aRecorder, anEntry } from "../../activity/house.ts";
import { aStage } from "../stage.ts";

const NOTHING = { lastLogged: [], forgotten: [] };

describe("the events", () => {
  test("are answered with their entries, a page at a time, as the document describes it", async () => {
    const { store, recorder } = aRecorder();
    const { ask } = await aStage({ activity: recorder });
    const lost = { kind: "device_unavailable", value: null, from: null, to: "cloud_unreachable", cause: null } as const;
    const entries = ["a", "b"].map((device_id) => anEntry({ ...lost, device_id }));
    store.write({ ...NOTHING, entries: [...entries, anEntry()] });
    const first = (await ask("/api/activity/events?limit=1")).json as unknown as EventPage;
    expect(first.events).toMatchObject([{ id: "3", kind: "change" }]);
    const before = encodeURIComponent(first.next ?? "");
    const second = (await ask(`/api/activity/events?limit=1&before=${before}`)).json as unknown as EventPage;
    expect(second.events).toMatchObject([
      { id: "1", kind: "outage", entries: [{ device_id: "a" }, { device_id: "b" }] },
    ]);
  });

  test("are looked for by words and by what they stand for", async () => {
    const { store, recorder } = aRecorder();
    const { ask } = await aStage({ activity: recorder });
    store.write({ ...NOTHING, entries: [anEntry({ device_name: "Haustür" }), anEntry({ to: "jammed" })] });
    const find = async (query: Record<string, string>): Promise<string[]> => {
      const path = `/api/activity/events?${new URLSearchParams(query).toString()}`;
      return ((await ask(path)).json as unknown as EventPage).events.map(({ id }) => id);
    };
    expect(await find({ q: "haus ge%ffnet", means: ";change.lock_state.unlocked" })).toEqual(["1"]);
    expect(await find({ q: "haus", device_id: "door", show: "changes", from: "0", to: "9999999999999" })).toEqual([
      "1",
    ]);
    expect(await find({ q: "klemmt", means: "change.lock_state.jammed" })).toEqual(["2"]);
  });

  test.for([
    ["events?before=last", "before"],
    ["events?from=yesterday", "from"],
    ["events?to=1.5", "to"],
    ["events?show=all", "show"],
    ["events?limit=0", "limit"],
    [`events?q=${"x".repeat(201)}`, "q"],
    ["events?words=x", "words"],
    ["latest?limit=1", "limit"],
    ["export", "format"],
    ["export?format=xml", "format"],
    ["export?format=csv&limit=1", "limit"],
  ] as const)("/api/activity/%s is refused by the name of what is wrong", async ([path, field]) => {
    const { ask } = await aStage();
    expect((await ask(`/api/activity/${path}`)).json).toMatchObject({ status: 400, code: "bad_request", field });
  });
});

describe("the file", () => {
  test("holds all that is wanted, over many pages", async () => {
    const { store, recorder } = aRecorder();
    const { ask } = await aStage({ activity: recorder });
    const entries = Array.from({ length: 1201 }, (_, index) => anEntry({ device_id: index < 1200 ? "door" : "gate" }));
    store.write({ ...NOTHING, entries });
    const json = await ask("/api/activity/export?format=json&device_id=door&show=changes");
    const { events } = json.json as unknown as { readonly events: readonly ActivityEvent[] };
    expect(new Set(events.map(({ id }) => id)).size).toBe(1200);
    expect(json.headers["content-disposition"]).toBe('attachment; filename="utec-gateway-activity.json"');
    const csv = await ask("/api/activity/export?format=csv&device_id=gate", { unchecked: true });
    expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(csv.text.trim().split("\r\n")).toHaveLength(2);
  });

  test("without anything in it is a whole file all the same", async () => {
    const { ask } = await aStage();
    expect((await ask("/api/activity/export?format=json&q=nothing")).json).toEqual({ events: [] });
  });

  test("that cannot be read is refused, and not half sent", async () => {
    const { recorder } = aRecorder({ file: "/proc/no/activity.db" });
    const { ask } = await aStage({ activity: recorder });
    for (const path of ["events", "latest", "export?format=csv"])
      expect((await ask(`/api/activity/${path}`)).json).toMatchObject({ status: 503, code: "store_failed" });
  });
});

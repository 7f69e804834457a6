import { describe, expect, test } from "vitest";
import type { ActivityPage } from "../../../src/activity/entry.ts";
import { USUAL_ENTRIES } from "../../../src/activity/entry.ts";
import { aRecorder, anEntry } from "../../activity/house.ts";
import { aStage } from "../stage.ts";

describe("the activity log", () => {
  test("is read newest first, a page at a time, as the document describes it", async () => {
    const { store, recorder } = aRecorder();
    const { ask } = await aStage({ activity: recorder });
    const origin = { kind: "home_assistant", name: "Anna", automation: false } as const;
    const command = {
      id: "c",
      name: "set_mode",
      args: { mode: "passage" },
      origin,
      took_ms: null,
      error: null,
    } as const;
    store.write({
      entries: [
        anEntry({ cause: "command", command: { ...command, outcome: null } }),
        anEntry({ kind: "device_unavailable", value: null, from: null, to: "offline", cause: null }),
        anEntry({ value: "color", from: null, to: { r: 1, g: 2, b: 3 } }),
      ],
      lastLogged: [],
      forgotten: [],
    });
    const first = (await ask("/api/activity?limit=2")).json as unknown as ActivityPage;
    expect(first.entries.map(({ id }) => id)).toEqual([3, 2]);
    const second = (await ask(`/api/activity?limit=2&before=${first.next}`)).json as unknown as ActivityPage;
    expect(second).toEqual({ entries: store.page({ limit: 1, before: 2 }).entries, next: null });
  });

  test("is cut to a device and to kinds, and to a hundred entries where nobody says how many", async () => {
    const { store, recorder } = aRecorder();
    const { ask } = await aStage({ activity: recorder });
    const entries = Array.from({ length: USUAL_ENTRIES + 1 }, () => anEntry({ device_id: "a b/ä" }));
    store.write({ entries: [...entries, anEntry({ kind: "device_missing" })], lastLogged: [], forgotten: [] });
    const read = async (query: string): Promise<unknown[]> =>
      ((await ask(`/api/activity?${query}`)).json as unknown as ActivityPage).entries.map(({ id }) => id);
    expect(await read(`device_id=${encodeURIComponent("a b/ä")}`)).toHaveLength(USUAL_ENTRIES);
    expect(await read("kind=device_missing,device_found")).toEqual([102]);
    expect(await read("device_id=nobody")).toEqual([]);
  });

  test("says so while its disk cannot be read, and the rest answers", async () => {
    const { recorder } = aRecorder({ file: "/proc/no/activity.db" });
    const { ask } = await aStage({ activity: recorder });
    expect((await ask("/api/activity")).json).toMatchObject({ status: 503, code: "store_failed", retryable: true });
    expect((await ask("/api/state")).status).toBe(200);
  });
});

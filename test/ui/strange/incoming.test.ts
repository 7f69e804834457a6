import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../../src/state/picture.ts";
import { pictureOf } from "../../../ui/mock/scenarios.ts";
import { readFeedMessage } from "../../../ui/src/live/incoming/feed-message.ts";
import { headlineOf } from "../../../ui/src/words/headline/headline.ts";

const now = Date.UTC(2026, 10, 21, 12);
const well = pictureOf("all-well", now);
const access = { standing: "administrator", rights: ["look", "read_activity", "act"] };

type Loose = Readonly<Record<string, unknown>>;

function snapshotOf(picture: Loose): Snapshot {
  const message = readFeedMessage(JSON.stringify({ type: "snapshot", access, ...picture }));
  if (message?.type !== "snapshot") throw new Error("It was not understood.");
  return message;
}

describe("a message of the live feed", () => {
  test("of this version is taken as it is", () => {
    const { type: _, access: taken, ...picture } = { type: "", access: {}, ...snapshotOf({ ...well }) };
    expect(picture).toEqual(well);
    expect(taken).toEqual(access);
  });

  test.for(["", "{", "null", "[]", "7", '"alive"', "{}", '{"type":"snapshot"}', '{"type":"update","set":3}'])(
    "is none where it is %j",
    (text) => {
      expect(readFeedMessage(text)).toBeNull();
    },
  );

  test("of a kind that this page does not know shows that the gateway lives", () => {
    expect(readFeedMessage('{"type":"weather","sky":"blue"}')).toEqual({ type: "alive" });
  });

  test("of an older gateway may lack anything: what is not said is not known, and nothing is called safe by it", () => {
    const picture = snapshotOf({
      gateway: { version: "0.0.9" },
      accounts: [{ id: "home", status: "fresh", has_devices: true }, { name: "nobody" }, 7],
      devices: [{ id: "door", kind: "lock" }, null],
    });
    expect(picture.accounts).toMatchObject([{ id: "home", name: "home", recent: [], last_error: null }]);
    expect(picture.devices).toMatchObject([{ id: "door", lock_state: null, freshness: "stale", available: false }]);
    expect(picture.commands).toEqual([]);
    expect(headlineOf(picture, now)).not.toMatchObject({ tone: "good" });
  });

  test("of a newer gateway keeps its words for who reads them, and calls no such door locked", () => {
    const [door, gate] = well.devices;
    const strange = { lock_state: "half_way", freshness: "brand_new", trouble: "on_holiday", transition: "sliding" };
    const picture = snapshotOf({
      ...well,
      devices: [
        { ...door, ...strange },
        { ...gate, kind: "window", category: null },
      ],
    });
    expect(picture.devices).toMatchObject([
      {
        lock_state: "unknown",
        freshness: "stale",
        trouble: "not_reported",
        transition: null,
        unknown_capabilities: ["half_way", "sliding", "on_holiday", "brand_new"],
      },
      { kind: "unknown", category: "window" },
    ]);
    expect(headlineOf(picture, now)).toMatchObject({ tone: "warn" });
  });

  test("about events that this page does not know says no more than that something changed", () => {
    const entry = { id: 1, at: now, device_id: "door", device_name: "Front door" };
    const command = { id: "c", name: "sing", outcome: "confirmed", origin: { kind: "page" } };
    const entries = [
      { ...entry, kind: "door_painted", value: null },
      { ...entry, kind: "state_changed", value: "colour_of_paint" },
      { ...entry, kind: "command_ended", value: null, command },
      { at: now, kind: "state_changed" },
    ];
    expect(readFeedMessage(JSON.stringify({ type: "activity", entries }))).toMatchObject({
      entries: [
        { kind: "state_changed", value: null },
        { kind: "state_changed", value: null },
        { kind: "command_ended", command: null },
      ],
    });
  });

  test("without a right to anything lets nobody do more than look", () => {
    const message = readFeedMessage(JSON.stringify({ type: "snapshot", ...well }));
    expect(message).toMatchObject({ access: { standing: "unnamed", rights: [] } });
  });
});

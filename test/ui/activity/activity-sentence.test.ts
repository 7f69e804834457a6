import { describe, expect, test } from "vitest";
import type { ActivityDraft, ActivityEntry, ActivityValue } from "../../../src/activity/entry.ts";
import type { CommandState, DeviceValue } from "../../../src/state/picture.ts";
import { activitySentence, eventSentence } from "../../../ui/src/words/activity-sentence.ts";
import { commandSentence } from "../../../ui/src/words/command-sentence.ts";
import { anEntry, numbered } from "../../activity/house.ts";
import { deviceEvent, tokenEvents } from "../../../src/activity/event.ts";
import { speak } from "../../../ui/src/words/language/words.ts";
import { searchWords } from "../../../ui/src/words/changes/search-words.ts";
import { deviceTimeline, eventTimeline } from "../../../ui/src/words/timeline.ts";
import { aCommand } from "../../state/models.ts";

function entry(part: Partial<ActivityDraft>, id = 1): ActivityEntry {
  return numbered(id, anEntry(part));
}

describe("what nobody of ours asked for is told without a name", () => {
  test.for<[DeviceValue, ActivityValue, string]>([
    ["lock_state", "unlocked", "Opened by hand, code or the app"],
    ["lock_state", "locked", "Locked by hand, by itself or in the app"],
    ["lock_state", "jammed", "Jammed"],
    ["lock_state", "unknown", "The cloud no longer knows whether it is locked"],
    ["lock_mode", "passage", "Set to passage mode by hand or in the app"],
    ["lock_mode", "always_locked", "Set to always locked by hand or in the app"],
    ["door_state", "open", "Door opened"],
    ["door_state", "closed", "Door closed"],
    ["door_state", "unknown", "The door sensor no longer knows"],
    ["switch_state", "on", "Turned on by hand or in the app"],
    ["switch_state", "unknown", "The cloud no longer knows whether it is on"],
    ["level", 40, "Dimmed to 40% by hand or in the app"],
    ["color", { r: 1, g: 2, b: 3 }, "Colour changed by hand or in the app"],
    ["color_temperature", 3000, "White at 3000 K by hand or in the app"],
  ])("%s is %j: “%s”", ([value, to, text]) => {
    expect(activitySentence(entry({ value, from: null, to })).text).toBe(text);
  });

  test("a battery with what it was, as a warning once it is low", () => {
    const battery = { value: "battery", from: 50, to: 30 } as const;
    expect(activitySentence(entry(battery))).toEqual({ tone: "warn", text: "Battery at 30%, was 50%", aside: "" });
    expect(activitySentence(entry({ ...battery, to: 50 })).tone).toBe("idle");
  });

  test.for([
    ["device_added", null, "Found in the account"],
    ["device_missing", null, "Not in the cloud’s list"],
    ["device_found", null, "Back in the cloud’s list"],
    ["device_removed", null, "Removed from all accounts"],
    ["device_available", null, "Available again"],
    ["device_unavailable", "offline", "Went offline"],
    ["device_unavailable", "sign_in_needed", "Unavailable: nobody is signed in to its account"],
    ["device_unavailable", null, "Unavailable"],
  ] as const)("%s (%s): “%s”", ([kind, to, text]) => {
    expect(activitySentence(entry({ kind, value: null, from: null, to, cause: null })).text).toBe(text);
  });
});

const anna = { kind: "home_assistant", name: "Anna", automation: false } as const;

describe("a command", () => {
  test.for<[Partial<CommandState>, string, string]>([
    [{ outcome: null }, "Locking from Home Assistant by Anna", "waiting"],
    [{ outcome: "confirmed" }, "Locked from Home Assistant by Anna", "confirmed in 2.1s"],
    [{ outcome: "refused" }, "Locking from Home Assistant by Anna was refused", "Why."],
    [{ outcome: "offline" }, "Locking from Home Assistant by Anna did not reach it: it is offline", "Why."],
    [{ outcome: "unconfirmed" }, "Locking from Home Assistant by Anna was not confirmed", "Why."],
    [
      { outcome: "superseded" },
      "Locking from Home Assistant by Anna was replaced by a newer command",
      "it was not sent",
    ],
    [
      { name: "set_mode", args: { mode: "passage" } },
      "Mode set to passage mode from Home Assistant by Anna",
      "confirmed in 2.1s",
    ],
    [{ name: "set_level", args: { level: 40 } }, "Dimmed to 40% from Home Assistant by Anna", "confirmed in 2.1s"],
    [{ origin: { ...anna, name: null } }, "Locked from Home Assistant", "confirmed in 2.1s"],
    [
      { origin: { ...anna, name: null, user_id: "c5b7a4e0" } },
      "Locked from Home Assistant by somebody",
      "confirmed in 2.1s",
    ],
    [
      { origin: { ...anna, name: "At night", automation: true } },
      "Locked from Home Assistant by the automation At night",
      "confirmed in 2.1s",
    ],
    [{ origin: { ...anna, kind: "api", name: null } }, "Locked through the API", "confirmed in 2.1s"],
    [
      { origin: { ...anna, kind: "uteclocal", name: "10.0.0.5" } },
      "Locked by uteclocal at 10.0.0.5",
      "confirmed in 2.1s",
    ],
    [{ origin: { ...anna, kind: "uteclocal", name: null } }, "Locked by uteclocal", "confirmed in 2.1s"],
  ])("%j: “%s”, %s", ([part, text, aside]) => {
    const error = { code: "x", message: "Why." };
    const command = aCommand({ origin: anna, took_ms: 2100, error, ...part });
    expect(commandSentence(command)).toMatchObject({ text, aside });
  });

  test("that was confirmed tells its change; one whose effect came too late tells that", () => {
    const command = aCommand({ origin: anna });
    const change = (id: number): ActivityEntry =>
      entry({ cause: "command", command: { ...command, outcome: null } }, id);
    const end = (outcome: "confirmed" | "unconfirmed"): ActivityEntry =>
      entry({ kind: "command_ended", value: null, from: null, to: null, command: { ...command, outcome } }, 2);
    const text = (...entries: readonly [ActivityEntry, ...ActivityEntry[]]): string =>
      eventSentence(deviceEvent(entries), 0).text;
    expect(text(change(1), end("confirmed"))).toBe("Locked from Home Assistant by Anna");
    expect(text(end("unconfirmed"), change(3))).toBe("Locking from Home Assistant by Anna was confirmed late");
    expect(text(change(1))).toBe("Opened, as asked from Home Assistant by Anna");
  });
});

describe("an event", () => {
  const NOW = new Date(2026, 10, 21, 12).getTime();
  const at = (minutes: number): number => NOW - 60 * 60_000 + minutes * 60_000;
  const bare = { value: null, from: null, to: null, cause: null } as const;
  const lost = (id: number, minutes: number, device_id = "door", to = "offline"): ActivityEntry =>
    numbered(id, anEntry({ ...bare, kind: "device_unavailable", device_id, to, at: at(minutes) }), 1);
  const back = (id: number, minutes: number, device_id = "door"): ActivityEntry =>
    numbered(id, anEntry({ ...bare, kind: "device_available", device_id, at: at(minutes) }), 1);
  const told = (...entries: readonly [ActivityEntry, ...ActivityEntry[]]): string => {
    const [line] = eventTimeline([deviceEvent(entries)], [], [], NOW);
    return `${line?.subject} · ${line?.text} ${line?.aside}`;
  };

  test("of six devices says how many, why and how long", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const entries = [
      ...ids.map((id, index) => lost(index + 1, 0, id, "cloud_unreachable")),
      ...ids.map((id, index) => back(index + 7, 4, id)),
    ] as unknown as [ActivityEntry, ...ActivityEntry[]];
    expect(told(...entries)).toBe("6 devices · Unavailable: the cloud did not answer for 4m");
  });

  test("that lasts says since when, and what can be done", () => {
    expect(told(lost(1, 12))).toMatch(/^Front door · Went offline since 11:12( AM)?$/);
    const [line] = eventTimeline([deviceEvent([lost(1, 12)])], [], [], NOW);
    expect(line?.advice).toBe("offline");
    expect(eventTimeline([deviceEvent([lost(1, 12), back(2, 13)])], [], [], NOW)[0]?.advice).toBeNull();
  });

  test("of a device that comes and goes says how often, and for how long in all", () => {
    expect(told(lost(1, 0), back(2, 2), lost(3, 4), back(4, 5), lost(5, 6), back(6, 7))).toBe(
      "Front door · Went offline 3 times, for 4m in all",
    );
  });

  test("of a device that nobody knows any more has no id in place of a name", () => {
    expect(told(numbered(1, anEntry({ device_name: "", to: "jammed" })))).toBe("A removed device · Jammed ");
  });

  test("of the same refusal again and again says how often, and when last", () => {
    const command = aCommand({ origin: anna, outcome: "refused", error: { code: "x", message: "Why." } });
    const ended = (id: number): ActivityEntry =>
      numbered(id, anEntry({ ...bare, kind: "command_ended", command: { ...command, id: `c${id}` }, at: at(id) }), 1);
    expect(told(ended(1), ended(2), ended(3))).toMatch(
      /^Front door · Locking from Home Assistant by Anna was refused 3 times, last at 11:03( AM)? · Why\.$/,
    );
  });

  test("of a token that failed and works again says so once", () => {
    const kinds = ["retried", "retried", "recovered"] as const;
    const events = kinds.map((kind, index) => ({
      at: at(index),
      kind,
      generation: index,
      class: null,
      code: null,
      message: `${kind}.`,
    }));
    expect(eventTimeline(tokenEvents({ id: "home", name: "Home", events }), [], [], NOW)).toMatchObject([
      { subject: "Home", text: "recovered.", aside: "after 2 failures in 2m", details: [{}, {}, {}] },
    ]);
  });

  test("of a command keeps its line from the request until the log has its end", () => {
    const command = aCommand({ id: "c", ended_at: NOW - 100, outcome: "confirmed" });
    const change = numbered(1, anEntry({ cause: "command", command: { ...command, outcome: null } }));
    const lines = (running: CommandState, ...entries: ActivityEntry[]): string[] =>
      deviceTimeline(entries, [running], [], NOW).map(({ text }) => text);
    expect(lines({ ...command, ended_at: null, outcome: null }, change)).toHaveLength(1);
    expect(lines(command, change)).toEqual(["Locked through the API"]);
    const end = numbered(2, anEntry({ ...bare, kind: "command_ended", command }), 1);
    expect(lines(command, change, end)).toEqual(["Locked through the API"]);
    expect(lines({ ...command, ended_at: NOW - 60_000 }), "what was never written does not stay").toEqual([]);
  });
});

describe("a search", () => {
  test("finds what happened by the words that are shown, in the language that they are shown in", async () => {
    const means = (typed: string): readonly string[] => searchWords(typed).flatMap((word) => word.means);
    expect(means("opened")).toEqual(expect.arrayContaining(["change.lock_state.unlocked", "change.door_state.open"]));
    expect(means("automation")).toEqual(["origin.automation"]);
    await speak("de");
    expect(means("ENTRIEGELT")).toEqual(expect.arrayContaining(["change.lock_state.unlocked", "command.unlock"]));
    expect(searchWords("Haustür  entriegelt").map(({ text }) => text)).toEqual(["Haustür", "entriegelt"]);
    await speak("en");
  });
});

import { describe, expect, test } from "vitest";
import type { ActivityDraft, ActivityEntry, ActivityValue } from "../../../src/activity/entry.ts";
import type { CommandState, DeviceValue } from "../../../src/state/picture.ts";
import { activitySentence, withoutEchoes } from "../../../ui/src/words/activity-sentence.ts";
import { commandSentence } from "../../../ui/src/words/command-sentence.ts";
import { anEntry, numbered } from "../../activity/house.ts";
import { aCommand } from "../../state/models.ts";

function entry(part: Partial<ActivityDraft>, id = 1): ActivityEntry {
  return numbered(id, anEntry(part));
}

describe("what nobody of ours asked for is told without a name", () => {
  test.for<[DeviceValue, ActivityValue, string]>([
    ["lock_state", "unlocked", "Opened by hand or code"],
    ["lock_state", "locked", "Locked by hand or by itself"],
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
    ["device_missing", null, "Not in the cloud's list"],
    ["device_found", null, "Back in the cloud's list"],
    ["device_removed", null, "Removed from all accounts"],
    ["device_available", null, "Available again"],
    ["device_unavailable", "offline", "Went offline"],
    ["device_unavailable", "sign_in_needed", "Unavailable: nobody is signed in to its account"],
    ["device_unavailable", null, "Unavailable"],
  ] as const)("%s (%s): “%s”", ([kind, to, text]) => {
    expect(activitySentence(entry({ kind, value: null, from: null, to, cause: null })).text).toBe(text);
  });
});

describe("a command", () => {
  const anna = { kind: "home_assistant", name: "Anna", automation: false } as const;

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

  test("that was confirmed tells its change; one that was not leaves it to be told", () => {
    const command = aCommand({ origin: anna });
    const change = entry({ cause: "command", command: { ...command, outcome: null } }, 1);
    const end = (outcome: "confirmed" | "unconfirmed"): ActivityEntry =>
      entry({ kind: "command_ended", value: null, from: null, to: null, command: { ...command, outcome } }, 2);
    expect(withoutEchoes([end("confirmed"), change]).map(({ id }) => id)).toEqual([2]);
    expect(withoutEchoes([end("unconfirmed"), change]).map(({ id }) => id)).toEqual([2, 1]);
    expect(activitySentence(change).text).toBe("Opened, as asked from Home Assistant by Anna");
  });
});

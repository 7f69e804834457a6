import type { ActivityEntry, ActivityValue } from "../../../src/activity/entry.ts";
import { commandSentence, originWords } from "./command-sentence.ts";
import type { Sentence } from "./command-sentence.ts";
import { LOW_BATTERY_PERCENT } from "./device-values.ts";
import type { Tone } from "./tone.ts";

interface Words {
  readonly tone: Tone;
  readonly text: string;
  /** Who or what did this if no command of ours asked for it. */
  readonly otherwise: string;
}

const BY_HAND = "by hand or code";
const BY_HAND_OR_ITSELF = "by hand or by itself";
const ELSEWHERE = "by hand or in the app";

/**
 * Entries as they are shown: a change of state that a command has confirmed is left out, for the command's own entry
 * says it.
 */
export function withoutEchoes(entries: readonly ActivityEntry[]): readonly ActivityEntry[] {
  const told = new Set(
    entries
      .filter(({ kind, command }) => kind === "command_ended" && command?.outcome === "confirmed")
      .map(({ command }) => command?.id),
  );
  return entries.filter(({ kind, command }) => kind !== "state_changed" || command === null || !told.has(command.id));
}

/** What happened, in one sentence. */
export function activitySentence(entry: ActivityEntry): Sentence {
  switch (entry.kind) {
    case "command_ended":
      return entry.command === null
        ? { tone: "idle", text: "A command ended", aside: "" }
        : commandSentence(entry.command);
    case "state_changed":
      return changeSentence(entry);
    case "device_added":
      return { tone: "idle", text: "Found in the account", aside: "" };
    case "device_missing":
      return {
        tone: "warn",
        text: "Not in the cloud's list",
        aside: "it is kept until it is missing from three lists",
      };
    case "device_found":
      return { tone: "good", text: "Back in the cloud's list", aside: "" };
    case "device_removed":
      return { tone: "warn", text: "Removed from all accounts", aside: "" };
    case "device_available":
      return { tone: "good", text: "Available again", aside: "" };
    case "device_unavailable":
      return { tone: "warn", text: UNAVAILABLE[plain(entry.to)] ?? "Unavailable", aside: "" };
  }
}

const UNAVAILABLE: Readonly<Record<string, string>> = {
  offline: "Went offline",
  missing: "Unavailable: missing from the cloud's list",
  not_reported: "Unavailable: the cloud stopped reporting its state",
  sign_in_needed: "Unavailable: nobody is signed in to its account",
  cloud_unreachable: "Unavailable: the cloud did not answer",
};

function changeSentence(entry: ActivityEntry): Sentence {
  const { tone, text, otherwise } = changeWords(entry);
  // A command that has not ended, or did not see this change: what it asked for happened all the same.
  if (entry.command !== null)
    return { tone, text: `${text}, as asked ${originWords(entry.command.origin)}`, aside: "" };
  return otherwise === ""
    ? { tone, text, aside: "" }
    : { tone, text: `${text} ${otherwise}`, aside: entry.cause === "push" ? "" : "seen in a poll" };
}

function changeWords({ value, from, to }: ActivityEntry): Words {
  const state = plain(to);
  switch (value) {
    case "lock_state":
      return (
        LOCK_WORDS[state] ?? {
          tone: "idle",
          text: "The cloud no longer knows whether it is locked",
          otherwise: "",
        }
      );
    case "lock_mode":
      return { tone: "idle", text: MODE_WORDS[state] ?? "Mode changed", otherwise: ELSEWHERE };
    case "door_state":
      return { tone: "idle", text: DOOR_WORDS[state] ?? "The door sensor no longer knows", otherwise: "" };
    case "battery": {
      const low = typeof to === "number" && to <= LOW_BATTERY_PERCENT;
      const was = from === null ? "" : `, was ${plain(from)}%`;
      return { tone: low ? "warn" : "idle", text: `Battery at ${state}%${was}`, otherwise: "" };
    }
    case "switch_state":
      return to === "unknown"
        ? { tone: "idle", text: "The cloud no longer knows whether it is on", otherwise: "" }
        : { tone: "idle", text: `Turned ${state}`, otherwise: ELSEWHERE };
    case "level":
      return { tone: "idle", text: `Dimmed to ${state}%`, otherwise: ELSEWHERE };
    case "color":
      return { tone: "idle", text: "Colour changed", otherwise: ELSEWHERE };
    case "color_temperature":
      return { tone: "idle", text: `White at ${state} K`, otherwise: ELSEWHERE };
    case "online":
    case null:
      return { tone: "idle", text: "Changed", otherwise: "" };
  }
}

/** Empty for a colour, for which there is no word. */
function plain(value: ActivityValue | null): string {
  return typeof value === "object" ? "" : String(value);
}

const LOCK_WORDS: Readonly<Record<string, Words>> = {
  unlocked: { tone: "warn", text: "Opened", otherwise: BY_HAND },
  locked: { tone: "good", text: "Locked", otherwise: BY_HAND_OR_ITSELF },
  jammed: { tone: "bad", text: "Jammed", otherwise: "" },
};
const MODE_WORDS: Readonly<Record<string, string>> = {
  normal: "Set to normal mode",
  passage: "Set to passage mode",
  always_locked: "Set to always locked",
};
const DOOR_WORDS: Readonly<Record<string, string>> = { open: "Door opened", closed: "Door closed" };

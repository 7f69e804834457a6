import type { ActivityEntry } from "../../../src/activity/entry.ts";
import { commandSentence, originWords } from "./command-sentence.ts";
import type { Sentence } from "./command-sentence.ts";
import { changeWords, plain } from "./device-values.ts";

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
        aside: "it is kept until lists have lacked it for a day",
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
  const { value, from, to } = entry;
  if (value === null) return { tone: "idle", text: "Changed", aside: "" };
  const { tone, text, otherwise } = changeWords(value, to, from);
  // A command that has not ended, or did not see this change: what it asked for happened all the same.
  if (entry.command !== null)
    return { tone, text: `${text}, as asked ${originWords(entry.command.origin)}`, aside: "" };
  return otherwise === ""
    ? { tone, text, aside: "" }
    : { tone, text: `${text} ${otherwise}`, aside: entry.cause === "push" ? "" : "seen in a poll" };
}

import type { ActivityEntry } from "../../../src/activity/entry.ts";
import type { ActivityEvent } from "../../../src/activity/event.ts";
import { DEVICE_TROUBLES } from "../../../src/state/picture.ts";
import type { DeviceTrouble } from "../../../src/state/picture.ts";
import { changeWords } from "./changes/change-words.ts";
import { commandSentence, lateSentence, originWords } from "./command-sentence.ts";
import type { Sentence } from "./command-sentence.ts";
import { say } from "./language/words.ts";
import { duration, moment } from "./time.ts";
import { tokenEventSentence, tokenEventTone } from "./token-event.ts";

/** An event in one sentence: what happened, how often and how long. */
export function eventSentence(event: ActivityEvent, now: number): Sentence {
  switch (event.kind) {
    case "outage":
      return outageSentence(event, now);
    case "command":
      return commandEventSentence(event, now);
    case "token":
      return tokenSentence(event, now);
    case "change":
    case "added":
    case "removed": {
      const [first] = event.entries;
      return first === undefined ? NOTHING : activitySentence(first);
    }
  }
}

const NOTHING: Sentence = { tone: "idle", text: "", aside: "" };

/** One thing that happened in an event. */
export function activitySentence(entry: ActivityEntry): Sentence {
  switch (entry.kind) {
    case "command_ended":
      return entry.command === null ? NOTHING : commandSentence(entry.command);
    case "state_changed":
      return changeSentence(entry);
    case "device_added":
      return { tone: "idle", text: say("activity.added"), aside: "" };
    case "device_missing":
      return { tone: "warn", text: say("activity.missing"), aside: say("activity.advice_missing") };
    case "device_found":
      return { tone: "good", text: say("activity.found"), aside: "" };
    case "device_removed":
      return { tone: "warn", text: say("activity.removed"), aside: "" };
    case "device_available":
      return { tone: "good", text: say("activity.available"), aside: "" };
    case "device_unavailable":
      return { tone: "warn", text: say(`activity.unavailable_${troubleOf(entry) ?? "other"}`), aside: "" };
  }
}

/** What can be done about an outage that lasts; null where it is over, or its cause is not known. */
export function adviceOf({ kind, ongoing_since_at, entries }: ActivityEvent): DeviceTrouble | null {
  if (kind !== "outage" || ongoing_since_at === null) return null;
  const [trouble] = entries.flatMap((entry) => troubleOf(entry) ?? []);
  return trouble ?? null;
}

function troubleOf({ kind, to }: ActivityEntry): DeviceTrouble | null {
  if (kind === "device_missing") return "missing";
  return (kind === "device_unavailable" ? DEVICE_TROUBLES.find((trouble) => trouble === to) : null) ?? null;
}

function outageSentence({ entries, times, lasted_ms, ongoing_since_at }: ActivityEvent, now: number): Sentence {
  const loss = entries.find(({ kind }) => kind === "device_unavailable" || kind === "device_missing") ?? entries[0];
  if (loss === undefined) return NOTHING;
  const { text, tone } = activitySentence(loss);
  if (ongoing_since_at !== null) {
    const since = moment(ongoing_since_at, now);
    const aside =
      times > 1 ? say("activity.aside_times_since", { count: times, since }) : say("activity.aside_since", { since });
    return { tone: "warn", text, aside };
  }
  if (lasted_ms === 0 && entries.length === 1) return { tone, text, aside: "" };
  const lasted = duration(lasted_ms);
  const isGone = entries.some(({ kind }) => kind === "device_removed");
  const aside = isGone
    ? say("activity.aside_then_removed")
    : times > 1
      ? say("activity.aside_times_lasted", { count: times, lasted })
      : say("activity.aside_lasted", { lasted });
  return { tone: isGone ? "warn" : "idle", text, aside };
}

function commandEventSentence({ entries, times, last_at }: ActivityEvent, now: number): Sentence {
  const end = entries.findLast(({ kind }) => kind === "command_ended");
  const [first] = entries;
  if (end?.command === undefined || end.command === null)
    return first === undefined ? NOTHING : activitySentence(first);
  const isLate =
    end.command.outcome === "unconfirmed" &&
    entries.some(({ kind, id, command }) => kind === "state_changed" && id > end.id && command?.id === end.command?.id);
  const sentence = isLate ? lateSentence(end.command) : commandSentence(end.command);
  if (times === 1) return sentence;
  const repeated = say("activity.aside_repeated", { count: times, last: moment(last_at, now) });
  return { ...sentence, aside: `${repeated} · ${sentence.aside}` };
}

function tokenSentence({ token_events, times, lasted_ms, ongoing_since_at }: ActivityEvent, now: number): Sentence {
  const last = token_events.at(-1);
  const [first] = token_events;
  if (first === undefined || last === undefined) return NOTHING;
  const tone = tokenEventTone(last.kind);
  if (ongoing_since_at !== null) {
    const since = moment(ongoing_since_at, now);
    const aside = token_events.length === 1 ? "" : say("activity.aside_times_since", { count: times, since });
    return { tone, text: tokenEventSentence(last), aside: aside === "" ? (last.code ?? "") : aside };
  }
  if (token_events.length === 1) return { tone, text: tokenEventSentence(last), aside: last.code ?? "" };
  const aside = say("activity.aside_failed_before", { count: times, lasted: duration(lasted_ms) });
  return { tone, text: tokenEventSentence(last), aside };
}

function changeSentence(entry: ActivityEntry): Sentence {
  const { value, from, to } = entry;
  if (value === null) return { tone: "idle", text: say("activity.change_other"), aside: "" };
  const { tone, text, otherwise } = changeWords(value, to, from);
  // A command that has not ended, or did not see this change: what it asked for happened all the same.
  if (entry.command !== null) {
    const who = originWords(entry.command.origin);
    return { tone, text: say("activity.as_asked", { change: text, who }), aside: "" };
  }
  return otherwise === null
    ? { tone, text, aside: "" }
    : { tone, text: otherwise, aside: entry.cause === "push" ? "" : say("activity.aside_polled") };
}

import type { ActivityCommand, ActivityEntry } from "../../../src/activity/entry.ts";
import { deviceEvents } from "../../../src/activity/event.ts";
import type { ActivityEvent } from "../../../src/activity/event.ts";
import type { AccountEvent } from "../../../src/keeper/account.ts";
import type { CommandState, DeviceState, DeviceTrouble } from "../../../src/state/picture.ts";
import { logHref } from "../live/log-filter.ts";
import { activitySentence, adviceOf, eventSentence } from "./activity-sentence.ts";
import { happeningIcon } from "./changes/happening.ts";
import { commandSentence } from "./command-sentence.ts";
import { say } from "./language/words.ts";
import { tokenEventSentence, tokenEventTone } from "./token-event.ts";
import type { Tone } from "./tone.ts";

/** One line of the story: of a door or another device, or of a token. */
export interface TimelineEntry {
  readonly key: string;
  readonly at: number;
  readonly about: "door" | "device" | "token";
  /** The device's or the account's name, or how many devices it is about. */
  readonly subject: string;
  readonly tone: Tone;
  /** What came of a door, as a picture; absent where that is not to be seen. */
  readonly icon?: string | null;
  readonly text: string;
  readonly aside: string;
  /** Where the log tells of it; absent where it says no more. */
  readonly log?: string;
  /** What it is made of where that is more than one thing, oldest first. */
  readonly details?: readonly TimelineDetail[];
  /** What it is that something can be done about. */
  readonly advice?: DeviceTrouble | null;
}

export interface TimelineDetail {
  readonly at: number;
  readonly subject: string;
  readonly text: string;
}

/** So long the gateway may take to write down the end of a command. */
const WRITTEN_WITHIN_MS = 30_000;

/** What happened to devices, newest first; before it the commands of `running` that the log does not know the end of yet. */
export function deviceTimeline(
  entries: readonly ActivityEntry[],
  running: readonly CommandState[],
  devices: readonly DeviceState[],
  now: number,
): readonly TimelineEntry[] {
  return eventTimeline(deviceEvents(entries), running, devices, now);
}

/** The same of events; the newest come first. */
export function eventTimeline(
  events: readonly ActivityEvent[],
  running: readonly CommandState[],
  devices: readonly DeviceState[],
  now: number,
): readonly TimelineEntry[] {
  const byId = new Map(devices.map((device) => [device.id, device]));
  const told_ = new Set(
    events.flatMap(({ entries }) =>
      entries.flatMap(({ kind, command }) => (kind === "command_ended" && command !== null ? [command.id] : [])),
    ),
  );
  // A command that has ended stays until the log has it, so that its line does not come and go.
  const open = running.filter(
    ({ id, ended_at }) => !told_.has(id) && (ended_at === null || now - ended_at < WRITTEN_WITHIN_MS),
  );
  const openIds = new Set(open.map(({ id }) => id));
  const underWay = open.map((command): TimelineEntry => ({
    key: command.id,
    at: command.requested_at,
    about: aboutOf(byId.get(command.device_id)),
    subject: byId.get(command.device_id)?.name ?? say("activity.removed_device"),
    ...commandSentence(command),
  }));
  const isEcho = (command: ActivityCommand | null): boolean => command !== null && openIds.has(command.id);
  const lines = events
    .filter(({ entries }) => !entries.some(({ command }) => isEcho(command)))
    .map((event) => eventEntry(event, byId, now));
  return [...underWay.toReversed(), ...lines];
}

function eventEntry(event: ActivityEvent, devices: ReadonlyMap<string, DeviceState>, now: number): TimelineEntry {
  const { id, at, account, entries, token_events } = event;
  const ids = new Set(entries.map(({ device_id }) => device_id));
  const subject =
    account?.name ?? (ids.size > 1 ? say("activity.devices", { count: ids.size }) : nameOf(entries.at(-1)));
  const details = isFolded(event)
    ? [
        ...entries.map((entry) => ({ at: entry.at, subject: nameOf(entry), text: textOf(activitySentence(entry)) })),
        ...token_events.map((one) => ({ at: one.at, subject: account?.name ?? "", text: tokenEventSentence(one) })),
      ]
    : [];
  const about = account === null ? aboutOf(devices.get(entries[0]?.device_id ?? "")) : "token";
  return {
    key: id,
    at,
    about,
    subject,
    ...eventSentence(event, now),
    icon: happeningIcon(endOf(entries)),
    details,
    advice: adviceOf(event),
    ...logOf(event),
  };
}

function endOf(entries: readonly ActivityEntry[]): ActivityEntry | undefined {
  return entries.findLast(({ kind }) => kind === "command_ended") ?? entries[0];
}

/** Where the log tells of it. */
function logOf({ account, entries }: ActivityEvent): Pick<TimelineEntry, "log"> {
  if (account !== null) return { log: logHref({ accountId: account.id, level: "debug" }) };
  const command = entries.findLast((entry) => entry.command !== null)?.command ?? null;
  return command === null ? {} : { log: logHref({ commandId: command.id, level: "trace" }) };
}

/** What a confirmed command has changed is no news beside it. */
function isFolded({ kind, times, entries, token_events }: ActivityEvent): boolean {
  switch (kind) {
    case "command":
      return times > 1 || (entries.length > 1 && entries.some(({ command }) => command?.outcome === "unconfirmed"));
    case "token":
      return token_events.length > 1;
    case "outage":
    case "added":
    case "removed":
      return new Set(entries.map(({ device_id }) => device_id)).size > 1 || times > 1;
    case "change":
      return false;
  }
}

function textOf({ text, aside }: { readonly text: string; readonly aside: string }): string {
  return aside === "" ? text : `${text} · ${aside}`;
}

function nameOf(entry: ActivityEntry | undefined): string {
  const name = entry?.device_name ?? "";
  // Earlier versions wrote the id where they knew no name.
  return name === "" || name === entry?.device_id ? say("activity.removed_device") : name;
}

function aboutOf(device: DeviceState | undefined): TimelineEntry["about"] {
  return (device?.kind ?? "lock") === "lock" ? "door" : "device";
}

export function tokenEntry(accountId: string, subject: string, event: AccountEvent): TimelineEntry {
  return {
    key: `${accountId} ${event.at} ${event.kind} ${event.generation}`,
    at: event.at,
    about: "token",
    subject,
    tone: tokenEventTone(event.kind),
    text: tokenEventSentence(event),
    aside: event.code ?? "",
    log: logHref({ accountId, level: "debug" }),
  };
}

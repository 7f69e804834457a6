import type { ActivityEntry } from "../../../src/activity/entry.ts";
import type { AccountEvent } from "../../../src/keeper/account.ts";
import type { CommandState, DeviceState, Snapshot } from "../../../src/state/picture.ts";
import { logHref } from "../live/log-filter.ts";
import { activitySentence, withoutEchoes } from "./activity-sentence.ts";
import { commandSentence } from "./command-sentence.ts";
import { tokenEventTone } from "./token-event.ts";
import type { Tone } from "./tone.ts";

/** One line of the story: of a door or another device, or of a token. */
export interface TimelineEntry {
  readonly key: string;
  readonly at: number;
  readonly about: "door" | "device" | "token";
  /** The device's or the account's name. */
  readonly subject: string;
  readonly tone: Tone;
  readonly text: string;
  readonly aside: string;
  /** Where the log tells of it; absent where it says no more. */
  readonly log?: string;
}

/** What happened to devices, newest first; before it the commands of `running` that are under way. */
export function deviceTimeline(
  entries: readonly ActivityEntry[],
  running: readonly CommandState[],
  devices: readonly DeviceState[],
): readonly TimelineEntry[] {
  const byId = new Map(devices.map((device) => [device.id, device]));
  const about = (id: string): TimelineEntry["about"] => ((byId.get(id)?.kind ?? "lock") === "lock" ? "door" : "device");
  const underWay = running
    .filter(({ ended_at }) => ended_at === null)
    .map((command): TimelineEntry => ({
      key: command.id,
      at: command.requested_at,
      about: about(command.device_id),
      subject: byId.get(command.device_id)?.name ?? "A removed device",
      ...commandSentence(command),
    }));
  const told = withoutEchoes(entries).map((entry): TimelineEntry => ({
    key: String(entry.id),
    at: entry.at,
    about: about(entry.device_id),
    subject: entry.device_name,
    ...activitySentence(entry),
    ...(entry.command === null ? {} : { log: logHref({ commandId: entry.command.id, level: "trace" }) }),
  }));
  return [...underWay.toReversed(), ...told];
}

/** All token events of the accounts; `history` holds what was fetched beyond the picture's recent ones. */
export function tokenTimeline(
  { accounts }: Snapshot,
  history: ReadonlyMap<string, readonly AccountEvent[]>,
): readonly TimelineEntry[] {
  return accounts.flatMap(({ id, name, recent }) =>
    distinct([...(history.get(id) ?? []), ...recent]).map((event) => tokenEntry(id, name, event)),
  );
}

export function tokenEntry(accountId: string, subject: string, event: AccountEvent): TimelineEntry {
  return {
    key: `${accountId} ${eventKey(event)}`,
    at: event.at,
    about: "token",
    subject,
    tone: tokenEventTone(event.kind),
    text: event.message,
    aside: event.code ?? "",
    log: logHref({ accountId, level: "debug" }),
  };
}

function distinct(events: readonly AccountEvent[]): readonly AccountEvent[] {
  return [...new Map(events.map((event) => [eventKey(event), event])).values()];
}

function eventKey({ at, kind, generation }: AccountEvent): string {
  return `${at} ${kind} ${generation}`;
}

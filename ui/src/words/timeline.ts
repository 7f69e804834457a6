import type { AccountEvent } from "../../../src/keeper/account.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { commandSentence } from "./command-sentence.ts";
import { tokenEventTone } from "./token-event.ts";
import type { Tone } from "./tone.ts";

/** One line of the story: of a door, or of a token. */
export interface TimelineEntry {
  readonly key: string;
  readonly at: number;
  readonly about: "door" | "token";
  /** The lock's or the account's name. */
  readonly subject: string;
  readonly tone: Tone;
  readonly text: string;
  readonly aside: string;
}

/** All commands and token events, newest first. `history` holds what was fetched beyond the picture's recent events. */
export function timelineOf(
  picture: Snapshot,
  history: ReadonlyMap<string, readonly AccountEvent[]>,
): readonly TimelineEntry[] {
  const names = new Map(picture.devices.map(({ id, name }) => [id, name]));
  const doors = picture.commands.map((command): TimelineEntry => ({
    key: command.id,
    at: command.requested_at,
    about: "door",
    subject: names.get(command.device_id) ?? "A lock that is gone",
    ...commandSentence(command),
  }));
  const tokens = picture.accounts.flatMap(({ id, name, recent }) =>
    distinct([...(history.get(id) ?? []), ...recent]).map((event) => tokenEntry(id, name, event)),
  );
  return [...doors, ...tokens].sort((a, b) => b.at - a.at);
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
  };
}

function distinct(events: readonly AccountEvent[]): readonly AccountEvent[] {
  return [...new Map(events.map((event) => [eventKey(event), event])).values()];
}

function eventKey({ at, kind, generation }: AccountEvent): string {
  return `${at} ${kind} ${generation}`;
}

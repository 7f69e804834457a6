import type { CommandName, CommandOrigin, CommandState } from "../../../src/state/picture.ts";
import { tenths } from "./time.ts";
import type { Tone } from "./tone.ts";

export interface Sentence {
  readonly tone: Tone;
  readonly text: string;
  /** What is said more quietly after it. */
  readonly aside: string;
}

const DONE: Readonly<Record<CommandName, string>> = { lock: "Locked", unlock: "Unlocked" };
const ASKED: Readonly<Record<CommandName, string>> = { lock: "Lock asked", unlock: "Unlock asked" };

/** The story of a command in one sentence. */
export function commandSentence(command: CommandState): Sentence {
  const who = originWords(command.origin);
  const asked = `${ASKED[command.name]} ${who}`;
  switch (command.outcome) {
    case null:
      return { tone: "busy", text: asked, aside: "waiting for the lock" };
    case "confirmed":
      return {
        tone: "good",
        text: `${DONE[command.name]} ${who}`,
        aside:
          command.ended_at === null ? "confirmed" : `confirmed in ${tenths(command.ended_at - command.requested_at)}`,
      };
    case "refused":
      return { tone: "bad", text: `${asked} was refused by the lock`, aside: reason(command) };
    case "offline":
      return { tone: "bad", text: `${asked} found the lock offline`, aside: reason(command) };
    case "unconfirmed":
      return { tone: "bad", text: `${asked} was not confirmed`, aside: reason(command) };
  }
}

function originWords({ kind, name }: CommandOrigin): string {
  switch (kind) {
    case "home_assistant":
      return name === null ? "from Home Assistant" : `by ${name} in Home Assistant`;
    case "page":
      return name === null ? "on this page" : `by ${name} on this page`;
    case "api":
      return name === null ? "through the API" : `by ${name} through the API`;
  }
}

function reason(command: CommandState): string {
  return command.error?.message ?? "";
}

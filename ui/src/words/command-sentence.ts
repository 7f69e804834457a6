import type { CommandName, CommandOrigin, CommandState } from "../../../src/state/picture.ts";
import { tenths } from "./time.ts";
import type { Tone } from "./tone.ts";

export interface Sentence {
  readonly tone: Tone;
  readonly text: string;
  /** What is said more quietly after it. */
  readonly aside: string;
}

interface Words {
  readonly done: string;
  readonly asked: string;
}

const WORDS: Readonly<Record<CommandName, Words>> = {
  lock: { done: "Locked", asked: "Lock asked" },
  unlock: { done: "Unlocked", asked: "Unlock asked" },
  set_mode: { done: "Lock mode set", asked: "Lock mode asked" },
  turn_on: { done: "Turned on", asked: "Turn on asked" },
  turn_off: { done: "Turned off", asked: "Turn off asked" },
  set_level: { done: "Brightness set", asked: "Brightness asked" },
  set_color: { done: "Colour set", asked: "Colour asked" },
  set_color_temperature: { done: "Colour temperature set", asked: "Colour temperature asked" },
};

/** The story of a command in one sentence. */
export function commandSentence(command: CommandState): Sentence {
  const who = originWords(command.origin);
  const words = WORDS[command.name];
  const asked = `${words.asked} ${who}`;
  switch (command.outcome) {
    case null:
      return { tone: "busy", text: asked, aside: "waiting for the device" };
    case "confirmed":
      return {
        tone: "good",
        text: `${words.done} ${who}`,
        aside: command.took_ms === null ? "confirmed" : `confirmed in ${tenths(command.took_ms)}`,
      };
    case "refused":
      return { tone: "bad", text: `${asked} was refused`, aside: reason(command) };
    case "offline":
      return { tone: "bad", text: `${asked} found the device offline`, aside: reason(command) };
    case "superseded":
      return { tone: "idle", text: `${asked} gave way to a newer command`, aside: reason(command) };
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

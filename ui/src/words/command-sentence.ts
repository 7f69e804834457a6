import type { ActivityCommand } from "../../../src/activity/entry.ts";
import type { CommandArguments, CommandName, CommandOrigin } from "../../../src/state/picture.ts";
import { modeWord } from "./device-values.ts";
import { tenths } from "./time.ts";
import type { Tone } from "./tone.ts";

export interface Sentence {
  readonly tone: Tone;
  readonly text: string;
  /** What follows in smaller type. */
  readonly aside: string;
}

interface Words {
  readonly done: string;
  readonly asked: string;
}

const WORDS: Readonly<Record<CommandName, (args: CommandArguments) => Words>> = {
  lock: () => ({ done: "Locked", asked: "Locking" }),
  unlock: () => ({ done: "Unlocked", asked: "Unlocking" }),
  set_mode: ({ mode }) => {
    const to = mode === undefined ? "" : ` to ${modeWord(mode).toLowerCase()}`;
    return { done: `Mode set${to}`, asked: `Setting the mode${to}` };
  },
  turn_on: () => ({ done: "Turned on", asked: "Turning on" }),
  turn_off: () => ({ done: "Turned off", asked: "Turning off" }),
  set_level: ({ level }) => ({ done: `Dimmed to ${level ?? 0}%`, asked: `Dimming to ${level ?? 0}%` }),
  set_color: () => ({ done: "Colour set", asked: "Setting the colour" }),
  set_color_temperature: ({ color_temperature: kelvin }) => ({
    done: `White set to ${kelvin ?? 0} K`,
    asked: `Setting white to ${kelvin ?? 0} K`,
  }),
};

/** The story of a command in one sentence. */
export function commandSentence(command: ActivityCommand): Sentence {
  const { asked, done } = WORDS[command.name](command.args);
  const who = originWords(command.origin);
  const reason = command.error?.message ?? "";
  switch (command.outcome) {
    case null:
      return { tone: "busy", text: `${asked} ${who}`, aside: "waiting" };
    case "confirmed":
      return {
        tone: "good",
        text: `${done} ${who}`,
        aside: command.took_ms === null ? "confirmed" : `confirmed in ${tenths(command.took_ms)}`,
      };
    case "refused":
      return { tone: "bad", text: `${asked} ${who} was refused`, aside: reason };
    case "offline":
      return { tone: "bad", text: `${asked} ${who} did not reach it: it is offline`, aside: reason };
    case "unconfirmed":
      return { tone: "bad", text: `${asked} ${who} was not confirmed`, aside: reason };
    case "superseded":
      return { tone: "idle", text: `${asked} ${who} was replaced by a newer command`, aside: "it was not sent" };
  }
}

/** Who asked, and where: the end of a sentence. */
export function originWords({ kind, name, automation }: CommandOrigin): string {
  const by = name === null ? "" : ` by ${automation ? "the automation " : ""}${name}`;
  switch (kind) {
    case "home_assistant":
      return `from Home Assistant${by}`;
    case "page":
      return `from this page${by}`;
    case "api":
      return `through the API${by}`;
  }
}

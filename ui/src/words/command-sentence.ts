import type { ActivityCommand } from "../../../src/activity/entry.ts";
import type { CommandOrigin } from "../../../src/state/picture.ts";
import { say } from "./language/words.ts";
import type { Values } from "./language/words.ts";
import { told } from "./said.ts";
import { tenths } from "./time.ts";
import type { Tone } from "./tone.ts";

export interface Sentence {
  readonly tone: Tone;
  readonly text: string;
  /** What follows in smaller type. */
  readonly aside: string;
}

/** The story of a command in one sentence. */
export function commandSentence(command: ActivityCommand): Sentence {
  const who = originWords(command.origin);
  const doing = say(`activity.doing_${command.name}`, valuesOf(command));
  const reason = command.error === null ? "" : told(command.error);
  switch (command.outcome) {
    case null:
      return {
        tone: "busy",
        text: say("activity.command_begun", { doing, who }),
        aside: say("activity.aside_waiting"),
      };
    case "confirmed":
      return {
        // As where it is opened by hand.
        tone: command.name === "unlock" ? "idle" : "good",
        text: say(`activity.done_${command.name}`, { ...valuesOf(command), who }),
        aside:
          command.took_ms === null
            ? say("activity.aside_confirmed")
            : say("activity.aside_confirmed_in", { duration: tenths(command.took_ms) }),
      };
    case "superseded": {
      const text = say("activity.command_superseded", { doing, who });
      return { tone: "idle", text, aside: say("activity.aside_not_sent") };
    }
    case "refused":
    case "offline":
    case "unconfirmed":
      return { tone: "bad", text: say(`activity.command_${command.outcome}`, { doing, who }), aside: reason };
  }
}

/** A command that was given up before its effect came. */
export function lateSentence(command: ActivityCommand): Sentence {
  const doing = say(`activity.doing_${command.name}`, valuesOf(command));
  const text = say("activity.command_late", { doing, who: originWords(command.origin) });
  // Why it was given up is not true any more.
  return { tone: "warn", text, aside: "" };
}

/** Who asked, and where: a part of a sentence. */
export function originWords({ kind, name, automation, user_id }: CommandOrigin): string {
  // Home Assistant knows who it was, and gave no name.
  const nameless = user_id === undefined ? "nobody" : "somebody";
  const by = name === null ? nameless : automation ? "automation" : kind === "uteclocal" ? "address" : "person";
  return say("activity.who", { kind, by, name: name ?? "" });
}

function valuesOf({ args }: ActivityCommand): Values {
  const { mode = "normal", level = 0, color_temperature: kelvin = 0 } = args;
  return { mode, level, kelvin };
}

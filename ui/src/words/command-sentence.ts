import type { ActivityCommand } from "../../../src/activity/entry.ts";
import { DEVICE_COMMANDS } from "../../../src/state/device-commands.ts";
import type { CommandOrigin } from "../../../src/state/picture.ts";
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
  const { doing, done } = DEVICE_COMMANDS[command.name].words(command.args);
  const who = originWords(command.origin);
  const reason = command.error?.message ?? "";
  switch (command.outcome) {
    case null:
      return { tone: "busy", text: `${doing} ${who}`, aside: "waiting" };
    case "confirmed":
      return {
        tone: "good",
        text: `${done} ${who}`,
        aside: command.took_ms === null ? "confirmed" : `confirmed in ${tenths(command.took_ms)}`,
      };
    case "refused":
      return { tone: "bad", text: `${doing} ${who} was refused`, aside: reason };
    case "offline":
      return { tone: "bad", text: `${doing} ${who} did not reach it: it is offline`, aside: reason };
    case "unconfirmed":
      return { tone: "bad", text: `${doing} ${who} was not confirmed`, aside: reason };
    case "superseded":
      return { tone: "idle", text: `${doing} ${who} was replaced by a newer command`, aside: "it was not sent" };
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
    case "uteclocal":
      return `by uteclocal${name === null ? "" : ` at ${name}`}`;
  }
}

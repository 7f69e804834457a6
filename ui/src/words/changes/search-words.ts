import type { SearchWord } from "../../../../src/activity/event-filter.ts";
import { searchable } from "../../../../src/activity/event-filter.ts";
import { ACCOUNT_EVENT_KINDS } from "../../../../src/keeper/account-state.ts";
import { COMMAND_NAMES, COMMAND_OUTCOMES, DEVICE_TROUBLES } from "../../../../src/state/picture.ts";
import type { CommandOrigin } from "../../../../src/state/picture.ts";
import { changeWords } from "./change-words.ts";
import { originWords } from "../command-sentence.ts";
import { say } from "../language/words.ts";
import { tokenEventWord } from "../token-event.ts";

/** What was typed, word by word, each with what it stands for among the words that the page shows. */
export function searchWords(typed: string): readonly SearchWord[] {
  const texts = typed.split(/\s+/).filter((text) => text !== "");
  if (texts.length === 0) return [];
  const shown = shownWords();
  return texts.map((text) => ({
    text,
    means: shown.filter(([, words]) => words.includes(searchable(text))).map(([code]) => code),
  }));
}

/** The codes of events with the words by which the page tells them now. */
function shownWords(): readonly (readonly [code: string, words: string])[] {
  const nobody = { name: null, automation: false };
  const origins = ["home_assistant", "page", "api", "uteclocal"] as const satisfies readonly CommandOrigin["kind"][];
  const told: readonly (readonly [string, string])[] = [
    ["added", say("activity.added")],
    ["removed", say("activity.removed")],
    ...DEVICE_TROUBLES.map((trouble): [string, string] => [
      `outage.${trouble}`,
      say(trouble === "missing" ? "activity.missing" : `activity.unavailable_${trouble}`),
    ]),
    ...CHANGED.map(([value, to]): [string, string] => {
      const { text, otherwise } = changeWords(value, to, null);
      return [to === null ? `change.${value}` : `change.${value}.${to}`, `${text} ${otherwise ?? ""}`];
    }),
    ...COMMAND_NAMES.map((name): [string, string] => {
      const values = { mode: "normal", level: "", kelvin: "" };
      return [
        `command.${name}`,
        `${say(`activity.doing_${name}`, values)} ${say(`activity.done_${name}`, { ...values, who: "" })}`,
      ];
    }),
    ...COMMAND_OUTCOMES.map((outcome): [string, string] => [
      `outcome.${outcome}`,
      outcome === "confirmed"
        ? say("activity.aside_confirmed")
        : say(`activity.command_${outcome}`, { doing: "", who: "" }),
    ]),
    ...origins.map((kind): [string, string] => [`origin.${kind}`, originWords({ ...nobody, kind })]),
    ["origin.automation", originWords({ kind: "home_assistant", name: "", automation: true })],
    ...ACCOUNT_EVENT_KINDS.map((kind): [string, string] => [`token.${kind}`, tokenEventWord(kind)]),
  ];
  return told.map(([code, words]) => [code, searchable(words)]);
}

const CHANGED = [
  ["battery", null],
  ["door_state", "open"],
  ["door_state", "closed"],
  ["door_state", "unknown"],
  ["lock_mode", "normal"],
  ["lock_mode", "passage"],
  ["lock_mode", "always_locked"],
  ["lock_state", "locked"],
  ["lock_state", "unlocked"],
  ["lock_state", "jammed"],
  ["lock_state", "unknown"],
  ["switch_state", "on"],
  ["switch_state", "off"],
  ["switch_state", "unknown"],
  ["level", null],
  ["color", null],
  ["color_temperature", null],
] as const;

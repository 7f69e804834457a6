import { SHOWN } from "../../activity/event-filter.ts";
import type { EventFilter, SearchWord } from "../../activity/event-filter.ts";
import { readPosition } from "../../activity/event-log.ts";
import type { Fields } from "../../incoming/fields.ts";
import { Problem } from "../../problem.ts";

export const FILTER_FIELDS = ["show", "device_id", "account_id", "from", "to", "q", "means"] as const;

const LONGEST_SEARCH = 200;
const MOST_WORDS = 12;

/** Which events are asked for. @throws Problem `bad_request` */
export function filterIn(fields: Fields): EventFilter {
  return {
    show: fields.optionalChoice("show", SHOWN),
    device_id: fields.optionalText("device_id"),
    account_id: fields.optionalText("account_id"),
    from: timeIn(fields, "from"),
    to: timeIn(fields, "to"),
    words: wordsIn(fields.optionalText("q") ?? "", fields.optionalText("means") ?? ""),
  };
}

/** @throws Problem `bad_request` */
export function positionIn(fields: Fields): string | undefined {
  const before = fields.optionalText("before");
  if (before !== undefined && readPosition(before) === undefined) {
    throw wrong("before", 'must be the "next" of an earlier answer');
  }
  return before;
}

function timeIn(fields: Fields, name: "from" | "to"): number | undefined {
  const text = fields.optionalText(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw wrong(name, "must be a time in epoch milliseconds");
  return Number(text);
}

function wordsIn(search: string, means: string): readonly SearchWord[] {
  if (search.length > LONGEST_SEARCH) throw wrong("q", `must have ${LONGEST_SEARCH} characters at most`);
  const codes = means.split(";");
  return search
    .split(/\s+/)
    .filter((text) => text !== "")
    .slice(0, MOST_WORDS)
    .map((text, index) => ({ text, means: (codes[index] ?? "").split(",").filter((code) => code !== "") }));
}

function wrong(field: string, sentence: string): Problem {
  return new Problem("bad_request", `"${field}" ${sentence}.`, { field });
}

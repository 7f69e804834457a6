import { csvHead, csvLines } from "../../../src/activity/csv.ts";
import { readEvents } from "../../../src/activity/event-log.ts";
import type { EventQuery } from "../../../src/activity/event-log.ts";
import { SHOWN } from "../../../src/activity/event-filter.ts";
import type { AccountEvents } from "../../../src/activity/event.ts";
import { rowsOf } from "../activity.ts";
import type { Answer, Asked } from "./answer.ts";

/** The events of the log, a page at a time. */
export function eventsOf(asked: Asked): Answer {
  const { searchParams: query } = asked.url;
  const page = { before: query.get("before") ?? undefined, limit: Number(query.get("limit") ?? 100) };
  return { status: 200, body: readEvents(rowsOf(asked.activity), tokensOf(asked), { ...filterOf(query), ...page }) };
}

/** The newest entries of each device. */
export function latestOf({ activity }: Asked): Answer {
  return { status: 200, body: { entries: rowsOf(activity).newest(9) } };
}

/** All that is wanted; CSV as one text. */
export function exportOf(asked: Asked): Answer {
  const { searchParams: query } = asked.url;
  const { events } = readEvents(rowsOf(asked.activity), tokensOf(asked), { ...filterOf(query), limit: 5000 });
  if (query.get("format") === "json") return { status: 200, body: { events } };
  const names = new Map(asked.picture.accounts.map(({ id, name }) => [id, name]));
  return { status: 200, text: csvHead() + csvLines(events, (id) => names.get(id) ?? "") };
}

/** All accounts have been through what the first one has. */
function tokensOf({ picture }: Asked): AccountEvents[] {
  return picture.accounts.map(({ id, name, recent }) => ({ id, name, events: recent }));
}

function filterOf(query: URLSearchParams): Omit<EventQuery, "limit"> {
  const time = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined);
  const means = (query.get("means") ?? "").split(";");
  const words = (query.get("q") ?? "").split(" ").filter((text) => text !== "");
  return {
    show: SHOWN.find((one) => one === query.get("show")),
    device_id: query.get("device_id") ?? undefined,
    account_id: query.get("account_id") ?? undefined,
    from: time("from"),
    to: time("to"),
    words: words.map((text, index) => ({ text, means: (means[index] ?? "").split(",").filter(Boolean) })),
  };
}

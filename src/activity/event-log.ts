import type { EventRows } from "./entry.ts";
import { deviceEvents, tokenEvents } from "./event.ts";
import type { ActivityEvent, AccountEvents } from "./event.ts";
import { passes } from "./event-filter.ts";
import type { EventFilter } from "./event-filter.ts";

export interface EventQuery extends EventFilter {
  /** `next` of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Some events, newest first. */
export interface EventPage {
  readonly events: readonly ActivityEvent[];
  /** What to ask for as `before` to read on; null at the end. A page may be short, or empty, and yet have a next one. */
  readonly next: string | null;
}

/** In one page; and where nothing is said of it. */
export const MOST_EVENTS = 500;
export const USUAL_EVENTS = 100;

/** The most that is read for one page: who looks for what is rare reads on, and others get their turn in between. */
export const MOST_LOOKED_THROUGH = 2000;
const ROWS_AT_ONCE = 250;
/** The clock may have been wrong for a while: only so many from before the time that is wanted mean that it is passed. */
const OLDER_IN_A_ROW = 200;

/** Where reading goes on: below this event of devices, and after this one of tokens. */
interface Position {
  readonly event: number;
  readonly token: { readonly at: number; readonly id: string } | null;
}

/** Reads the events of devices and of tokens as one log. @throws Problem `store_failed` */
export function readEvents(rows: EventRows, tokens: readonly AccountEvents[], query: EventQuery): EventPage {
  const start = readPosition(query.before) ?? {
    event: query.to === undefined ? Infinity : rows.after(query.to),
    token: null,
  };
  const devices = new DeviceEvents(rows, start.event, query.device_id);
  const ofTokens = tokensAfter(tokens, start.token);
  const events: ActivityEvent[] = [];
  let position = start;
  let older = 0;
  for (let looked = 0; looked < MOST_LOOKED_THROUGH && events.length < query.limit; looked += 1) {
    const device = devices.peek();
    const token = ofTokens[0];
    const event = token !== undefined && (device === undefined || token.at >= device.at) ? token : device;
    if (event === undefined || older >= OLDER_IN_A_ROW) return { events, next: null };
    if (event === token) {
      ofTokens.shift();
      position = { ...position, token: { at: event.at, id: event.id } };
    } else {
      devices.take();
      position = { ...position, event: Number(event.id) };
    }
    older = query.from !== undefined && event.last_at < query.from ? older + 1 : 0;
    if (passes(event, query)) events.push(event);
  }
  const isMore = devices.peek() !== undefined || ofTokens.length > 0;
  return { events, next: isMore ? writePosition(position) : null };
}

/** The events of devices, newest first, read as they are needed. */
class DeviceEvents {
  readonly #rows: EventRows;
  readonly #device_id: string | undefined;
  #before: number;
  #events: ActivityEvent[] = [];
  #ended = false;

  constructor(rows: EventRows, before: number, device_id: string | undefined) {
    this.#rows = rows;
    this.#before = before;
    this.#device_id = device_id;
  }

  peek(): ActivityEvent | undefined {
    if (this.#events.length === 0 && !this.#ended) {
      const wish = { before: this.#before, limit: ROWS_AT_ONCE, device_id: this.#device_id };
      this.#events = deviceEvents(this.#rows.events(wish));
      this.#before = Number(this.#events.at(-1)?.id ?? 0);
      this.#ended = this.#events.length < ROWS_AT_ONCE;
    }
    return this.#events[0];
  }

  take(): void {
    this.#events.shift();
  }
}

function tokensAfter(tokens: readonly AccountEvents[], after: Position["token"]): ActivityEvent[] {
  return tokens
    .flatMap(tokenEvents)
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
    .filter(({ at, id }) => after === null || at < after.at || (at === after.at && id > after.id));
}

function writePosition({ event, token }: Position): string {
  return [event === Infinity ? "" : event, token?.at ?? "", token?.id ?? ""].join("_");
}

/** Undefined where it is none. */
export function readPosition(text: string | undefined): Position | undefined {
  const [, event = "", at = "", id = ""] = /^(\d{0,15})_(\d{0,15})_(.{0,200})$/.exec(text ?? "") ?? [];
  if (text === undefined || (event === "" && at === "")) return undefined;
  return { event: event === "" ? Infinity : Number(event), token: at === "" ? null : { at: Number(at), id } };
}

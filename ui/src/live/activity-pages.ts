import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { ActivityEntry } from "../../../src/activity/entry.ts";
import { deviceEvents } from "../../../src/activity/event.ts";
import type { ActivityEvent } from "../../../src/activity/event.ts";
import { passes } from "../../../src/activity/event-filter.ts";
import type { EventFilter } from "../../../src/activity/event-filter.ts";
import { ApiProblem } from "./api.ts";
import type { Api, EventsQuery } from "./api.ts";

/** If the wanted events are rare, page after page is read until there are some, up to this many. */
const PAGES_AT_ONCE = 5;
const ENOUGH = 20;
const PAGE_EVENTS = 100;

/** Where the log is read; the page's store is one. */
export interface ActivitySource {
  readonly api: Pick<Api, "activityEvents">;
}

/** Reads the events of the log page by page, newest first, and takes in what is new meanwhile. */
export class ActivityPages implements ReactiveController {
  /** Newest first. */
  events: readonly ActivityEvent[] = [];
  /** Whether there is more in the log. */
  more = false;
  loading = false;
  problem: ApiProblem | null = null;
  readonly #host: ReactiveControllerHost;
  #wanted: EventFilter | null = null;
  #next: string | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Stops once the host is gone. */
  hostDisconnected(): void {
    this.#wanted = null;
  }

  /** Starts at the newest; `keep` shows what was read before until then. */
  async begin(source: ActivitySource, wanted: EventFilter, keep: boolean): Promise<void> {
    this.#wanted = wanted;
    this.#next = null;
    if (!keep) this.events = [];
    this.more = true;
    await this.older(source);
  }

  async older(source: ActivitySource): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const first = this.#next === null;
    this.loading = true;
    this.problem = null;
    this.#host.requestUpdate();
    try {
      const found = await this.#read(source, wanted);
      if (wanted !== this.#wanted) return;
      // What came by the live feed meanwhile may be newer than what was read.
      const read = new Set(found.map(({ id }) => id));
      const newest = found.find(({ account }) => account === null)?.at ?? 0;
      const kept = this.events.filter(({ id, at }) => !read.has(id) && (!first || at >= newest));
      this.events = sorted([...kept, ...found]);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (wanted !== this.#wanted) return;
      this.problem = error;
    }
    this.loading = false;
    this.#host.requestUpdate();
  }

  /** New entries of the live feed, oldest first: new events, and more of those that are shown. */
  take(entries: readonly ActivityEntry[]): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const known = new Map(this.events.map((event) => [event.id, event]));
    for (const [id, fresh] of Map.groupBy(entries, ({ event }) => event)) {
      const before = known.get(String(id))?.entries ?? [];
      // An event that is not shown and did not begin now is further down, or not wanted.
      if (before.length === 0 && fresh[0]?.id !== id) continue;
      const all = new Map([...before, ...fresh].map((entry) => [entry.id, entry]));
      const [event] = deviceEvents([...all.values()]);
      if (event !== undefined && (before.length > 0 || passes(event, wanted))) known.set(event.id, event);
    }
    this.events = sorted([...known.values()]);
    this.#host.requestUpdate();
  }

  /** New events of tokens, which come with the picture. */
  takeTokens(events: readonly ActivityEvent[]): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const known = new Map(this.events.map((event) => [event.id, event]));
    const oldest = this.more ? (this.events.at(-1)?.at ?? Infinity) : -Infinity;
    for (const event of events) {
      const before = known.get(event.id);
      const isNews = before === undefined ? event.at >= oldest : before.last_at < event.last_at;
      if (isNews && passes(event, wanted)) known.set(event.id, event);
    }
    if (known.size === this.events.length && this.events.every((event) => known.get(event.id) === event)) return;
    this.events = sorted([...known.values()]);
    this.#host.requestUpdate();
  }

  /** Where it fails, the next attempt begins at the same place: what was found until then is not shown yet. */
  async #read({ api }: ActivitySource, wanted: EventFilter): Promise<ActivityEvent[]> {
    const found: ActivityEvent[] = [];
    let next = this.#next;
    let { more } = this;
    for (let pages = 0; more && found.length < ENOUGH && pages < PAGES_AT_ONCE; pages += 1) {
      const before = next === null ? {} : { before: next };
      const page = await api.activityEvents({ ...queryOf(wanted), ...before, limit: String(PAGE_EVENTS) });
      if (wanted !== this.#wanted) return found;
      found.push(...page.events);
      next = page.next;
      more = next !== null;
    }
    this.#next = next;
    this.more = more;
    return found;
  }
}

/** A filter as the API takes it. */
export function queryOf({ show, device_id, account_id, from, to, words = [] }: EventFilter): EventsQuery {
  return {
    ...(show === undefined || show === "everything" ? {} : { show }),
    ...(device_id === undefined ? {} : { device_id }),
    ...(account_id === undefined ? {} : { account_id }),
    ...(from === undefined ? {} : { from: String(from) }),
    ...(to === undefined ? {} : { to: String(to) }),
    ...(words.length === 0
      ? {}
      : { q: words.map(({ text }) => text).join(" "), means: words.map(({ means }) => means.join(",")).join(";") }),
  };
}

function sorted(events: readonly ActivityEvent[]): readonly ActivityEvent[] {
  return events.toSorted((a, b) => b.at - a.at || Number(b.id) - Number(a.id) || 0);
}

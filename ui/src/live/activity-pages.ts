import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { ActivityEntry, ActivityKind, ActivityPage } from "../../../src/activity/entry.ts";
import { ApiProblem } from "./api.ts";
import type { Api, ActivityQuery } from "./api.ts";

/** If the wanted entries are rare, page after page is read until there are some, up to this many. */
const PAGES_AT_ONCE = 5;
const ENOUGH = 20;
const PAGE_ENTRIES = 100;

/** Where the log is read; the page's store is one. */
export interface ActivitySource {
  readonly api: Pick<Api, "activity">;
}

export interface WantedActivity {
  readonly device_id: string | null;
  /** Null: all of them; an empty list reads nothing. */
  readonly kinds: readonly ActivityKind[] | null;
  readonly passes: (entry: ActivityEntry) => boolean;
}

/** Reads the log page by page, newest first, and takes in what is new meanwhile. */
export class ActivityPages implements ReactiveController {
  /** Newest first. */
  entries: readonly ActivityEntry[] = [];
  /** Whether there is more in the log. */
  more = false;
  loading = false;
  problem: string | null = null;
  readonly #host: ReactiveControllerHost;
  #wanted: WantedActivity | null = null;
  #next: number | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Stops once the host is gone. */
  hostDisconnected(): void {
    this.#wanted = null;
  }

  /** Starts at the newest; `keep` shows what was read before until then. */
  async begin(source: ActivitySource, wanted: WantedActivity, keep: boolean): Promise<void> {
    this.#wanted = wanted;
    this.#next = null;
    if (!keep) this.entries = [];
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
      const newest = found[0]?.id ?? 0;
      this.entries = [...(first ? this.entries.filter(({ id }) => id > newest) : this.entries), ...found];
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (wanted !== this.#wanted) return;
      this.problem = error.message;
    }
    this.loading = false;
    this.#host.requestUpdate();
  }

  /** New entries of the live feed, oldest first. */
  take(entries: readonly ActivityEntry[]): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const newest = this.entries[0]?.id ?? 0;
    const fresh = entries.filter((entry) => entry.id > newest && isWanted(entry, wanted));
    if (fresh.length === 0) return;
    this.entries = [...fresh.toReversed(), ...this.entries];
    this.#host.requestUpdate();
  }

  /** Where it fails, the next attempt begins at the same place: what was found until then is not shown yet. */
  async #read({ api }: ActivitySource, wanted: WantedActivity): Promise<ActivityEntry[]> {
    const found: ActivityEntry[] = [];
    let next = this.#next;
    let more = this.more && wanted.kinds?.length !== 0;
    for (let pages = 0; more && found.length < ENOUGH && pages < PAGES_AT_ONCE; pages += 1) {
      const page: ActivityPage = await api.activity(queryFor(wanted, next));
      if (wanted !== this.#wanted) return found;
      found.push(...page.entries.filter((entry) => wanted.passes(entry)));
      next = page.next;
      more = next !== null;
    }
    this.#next = next;
    this.more = more;
    return found;
  }
}

function queryFor({ device_id, kinds }: WantedActivity, before: number | null): ActivityQuery {
  return {
    limit: PAGE_ENTRIES,
    ...(device_id === null ? {} : { device_id }),
    ...(kinds === null ? {} : { kind: kinds.join(",") }),
    ...(before === null ? {} : { before }),
  };
}

function isWanted(entry: ActivityEntry, { device_id, kinds, passes }: WantedActivity): boolean {
  return (
    (device_id === null || entry.device_id === device_id) &&
    (kinds === null || kinds.includes(entry.kind)) &&
    passes(entry)
  );
}

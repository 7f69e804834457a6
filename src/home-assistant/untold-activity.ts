import type { ActivityEntry } from "../activity/entry.ts";
import { weigh } from "./messages/messages.ts";

/** More than this is told to nobody: the log has it. */
const MOST_UNTOLD = 100;

/** What the activity log has gained and Home Assistant was not told yet: the newest entries, oldest first. */
export class UntoldActivity {
  #entries: ActivityEntry[] = [];

  add(entries: readonly ActivityEntry[]): void {
    this.#entries = [...this.#entries, ...entries].slice(-MOST_UNTOLD);
  }

  /** Takes the oldest that fit into `room` bytes; the first one in any case where nothing else goes with it. */
  take(room: number, goesAlone: boolean): ActivityEntry[] {
    let bytes = 0;
    const end = this.#entries.findIndex((entry, index) => {
      bytes += weigh(entry) + 1;
      return bytes > room && !(goesAlone && index === 0);
    });
    return this.#entries.splice(0, end === -1 ? this.#entries.length : end);
  }
}

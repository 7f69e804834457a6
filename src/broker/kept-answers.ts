import type { Clock } from "../clock.ts";
import { headerOf } from "./cloud-answer.ts";
import type { CloudAnswer } from "./cloud-answer.ts";

const ALL_BYTES = 16 * 1024 * 1024;
/** So that one answer does not take the place of all the others. */
const LARGEST_BYTES = 1024 * 1024;
/** What an entry takes beside its texts, roughly. */
const ENTRY_BYTES = 512;

interface Kept {
  readonly answer: CloudAnswer;
  /** Monotonic ms: a clock that is set makes no answer older. */
  readonly at: number;
  readonly bytes: number;
  readonly client_id: string;
}

export interface KeptAnswer {
  readonly answer: CloudAnswer;
  readonly ageMs: number;
}

/** The latest good answers, in memory: the ones that were used least recently make room. */
export class KeptAnswers {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #room: number;
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(clock: Pick<Clock, "monotonic">, room = ALL_BYTES) {
    this.#clock = clock;
    this.#room = room;
  }

  /** Keeps a good answer, unless the cloud forbids it. Returns whether it is kept. */
  keep(key: string, client_id: string, answer: CloudAnswer): boolean {
    this.#drop(key);
    const forbidden = /(?:^|[,\s])no-store(?:$|[,\s])/i.test(headerOf(answer, "cache-control") ?? "");
    const bytes = sizeOf(key, answer);
    if (answer.status !== 200 || forbidden || bytes > Math.min(LARGEST_BYTES, this.#room)) return false;
    this.#kept.set(key, { answer, at: this.#clock.monotonic(), bytes, client_id });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#room) break;
      this.#drop(oldest);
    }
    return true;
  }

  find(key: string, atMostMs: number): KeptAnswer | null {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    const ageMs = this.#clock.monotonic() - kept.at;
    if (ageMs > atMostMs) return null;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return { answer: kept.answer, ageMs };
  }

  /** The client is revoked. */
  forget(client_id: string): void {
    for (const [key, kept] of this.#kept) if (kept.client_id === client_id) this.#drop(key);
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

function sizeOf(key: string, { headers, body }: CloudAnswer): number {
  const texts = headers.reduce((sum, [name, value]) => sum + name.length + value.length, key.length);
  return ENTRY_BYTES + 2 * texts + body.length;
}

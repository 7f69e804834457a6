import type { DeviceTarget } from "../cloud/client.ts";

/** The devices of one request. */
export type Batch = readonly DeviceTarget[];

/**
 * One pass through a queue of batches: halves what is refused until it is clear whether the size or a device is the
 * cause.
 */
export class BatchSearch {
  /** The most devices in a request, by what was refused. */
  size: number;
  longestAnswered = 0;
  lastRefusal: unknown = null;
  /** Refused alone, while others were answered. */
  readonly spoilers = new Set<string>();
  /** Answered alone. */
  readonly fine = new Set<string>();
  /** May what is refused be tried again in parts? */
  readonly inParts: boolean;
  readonly #queue: Batch[];
  readonly #sizeBefore: number;
  /** Refused alone, before anything was answered: the cloud may be the cause as well. */
  #suspects: string[] = [];
  #refusalsLeft: number;

  constructor(queue: Batch[], size: number, inParts: boolean, devices: number) {
    this.#queue = queue;
    this.#sizeBefore = size;
    this.size = size;
    this.inParts = inParts;
    this.#refusalsLeft = 2 * Math.ceil(Math.log2(devices + 1)) + 8;
  }

  get anyAnswer(): boolean {
    return this.longestAnswered > 0;
  }

  next(): Batch | undefined {
    const batch = this.#queue.shift();
    // Before the first answer it is not known whether the size is the cause: each half is tried as it is.
    if (!batch || !this.anyAnswer || batch.length <= this.size) return batch;
    const [first, ...rest] = cut(batch, this.size);
    this.#queue.unshift(...rest);
    return first;
  }

  answered(batch: Batch): void {
    this.longestAnswered = Math.max(this.longestAnswered, batch.length);
    for (const id of this.#suspects) this.#spoils(id);
    this.#suspects = [];
    const [only, ...others] = batch;
    if (only && others.length === 0) this.fine.add(only.id);
  }

  refused(batch: Batch, refusal: unknown): void {
    this.lastRefusal = refusal;
    this.#refusalsLeft -= 1;
    if (!this.inParts || this.#refusalsLeft <= 0) {
      this.#queue.length = 0;
      return;
    }
    const [only, ...others] = batch;
    if (only && others.length > 0) {
      this.size = Math.min(this.size, Math.ceil(batch.length / 2));
      this.#queue.unshift(...cut(batch, Math.ceil(batch.length / 2)));
    } else if (only && this.anyAnswer) {
      this.#spoils(only.id);
    } else if (only) {
      this.#suspects.push(only.id);
    }
  }

  /** What was refused with it says nothing about the size. */
  #spoils(id: string): void {
    this.spoilers.add(id);
    this.size = this.#sizeBefore;
  }
}

/** Into as few parts as possible, none longer than `size`, all about as long. */
export function cut(batch: Batch, size: number): Batch[] {
  if (batch.length <= size) return batch.length === 0 ? [] : [batch];
  const parts = Math.ceil(batch.length / size);
  const length = Math.ceil(batch.length / parts);
  return Array.from({ length: parts }, (_, part) => batch.slice(part * length, (part + 1) * length));
}

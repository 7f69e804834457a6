import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Problem } from "../../../problem.ts";
import { isObject } from "../../../json.ts";
import { replaceFile, replaceFileSlowly } from "./atomic-file.ts";
import { phrase } from "../../../said/phrase.ts";

/**
 * How far each account's generation has come on this machine, in a small file beside the database that no backup takes
 * along: a database that knows less is an older copy, and its refresh tokens have been used since. No file is no alarm:
 * then this is another machine, or everything was restored.
 */
export class GenerationMarker {
  readonly #file: string;
  readonly #gateway_id: string;
  #generations: Readonly<Record<string, number>>;
  /** As it is on the disk, as far as we know. */
  #written: Readonly<Record<string, number>>;
  #writing: Promise<void> | null = null;
  #closed = false;

  /** A file that is missing, unreadable or another gateway's is ignored. */
  constructor(file: string, gateway_id: string) {
    this.#file = file;
    this.#gateway_id = gateway_id;
    this.#generations = read(file, gateway_id);
    this.#written = this.#generations;
  }

  /** 0 for an account that it does not know. */
  of(account_id: string): number {
    return this.#generations[account_id] ?? 0;
  }

  /**
   * Takes in what has been committed; never lowers anything. Resolves when all that is known by then is on the disk,
   * which may be slow: nobody on the main thread waits for it. Whoever asks while it is written has joined in.
   * @throws Problem `store_failed`
   */
  raise(accounts: readonly { readonly id: string; readonly generation: number }[]): Promise<void> {
    const higher = accounts.filter(({ id, generation }) => generation > this.of(id));
    if (higher.length > 0) {
      const raised = Object.fromEntries(higher.map(({ id, generation }) => [id, generation]));
      this.#generations = { ...this.#generations, ...raised };
    }
    if (this.#generations === this.#written) return Promise.resolve();
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
    return this.#writing;
  }

  /** Writes at once what is not on the disk yet; nothing is written after it. @throws Problem `store_failed` */
  close(): void {
    this.#closed = true;
    if (this.#generations === this.#written) return;
    this.#written = this.#generations;
    try {
      replaceFile(this.#file, this.#text());
    } catch (cause) {
      // Without its folder there is no database to be taken for an older one.
      if (!existsSync(dirname(this.#file))) return;
      throw this.#problem(cause);
    }
  }

  async #write(): Promise<void> {
    while (this.#written !== this.#generations && !this.#closed) {
      const generations = this.#generations;
      try {
        await replaceFileSlowly(this.#file, this.#text(), () => !this.#closed);
      } catch (cause) {
        throw this.#problem(cause);
      }
      this.#written = generations;
    }
  }

  #text(): string {
    return `${JSON.stringify({ gateway_id: this.#gateway_id, generations: this.#generations })}\n`;
  }

  #problem(cause: unknown): Problem {
    const message = phrase("marker_unwritable", { file: this.#file });
    return new Problem("store_failed", message, { retryable: true, cause });
  }
}

function read(file: string, gateway_id: string): Readonly<Record<string, number>> {
  try {
    const marker: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isObject(marker) || marker["gateway_id"] !== gateway_id || !isObject(marker["generations"])) return {};
    return Object.fromEntries(
      Object.entries(marker["generations"]).flatMap(([id, generation]) =>
        typeof generation === "number" && Number.isSafeInteger(generation) ? [[id, generation]] : [],
      ),
    );
  } catch {
    return {};
  }
}

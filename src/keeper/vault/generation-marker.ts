import { readFileSync } from "node:fs";
import { Problem } from "../../problem.ts";
import { isObject } from "../../json.ts";
import { replaceFile } from "./atomic-file.ts";

/**
 * How far each account's generation has come on this machine, in a small file beside the database that no backup takes
 * along: a database that knows less is an older copy, and its refresh tokens have been used since. No file is no alarm:
 * then this is another machine, or everything was restored.
 */
export class GenerationMarker {
  readonly #file: string;
  readonly #gateway_id: string;
  #generations: Readonly<Record<string, number>>;

  /** A file that is missing, unreadable or another gateway's counts for nothing. */
  constructor(file: string, gateway_id: string) {
    this.#file = file;
    this.#gateway_id = gateway_id;
    this.#generations = read(file, gateway_id);
  }

  /** 0 for an account that it does not know. */
  of(account_id: string): number {
    return this.#generations[account_id] ?? 0;
  }

  /** Takes in what has been committed; never lowers anything. @throws Problem `store_failed` */
  raise(accounts: readonly { readonly id: string; readonly generation: number }[]): void {
    const higher = accounts.filter(({ id, generation }) => generation > this.of(id));
    if (higher.length === 0) return;
    const generations = {
      ...this.#generations,
      ...Object.fromEntries(higher.map(({ id, generation }) => [id, generation])),
    };
    try {
      replaceFile(this.#file, `${JSON.stringify({ gateway_id: this.#gateway_id, generations })}\n`);
    } catch (cause) {
      const message = `The file ${this.#file}, by which a restored older database is noticed, can't be written: make room on its disk.`;
      throw new Problem("store_failed", message, { retryable: true, cause });
    }
    this.#generations = generations;
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

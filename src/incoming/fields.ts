import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { Problem } from "../problem.ts";

/**
 * The fields of a request, from its body or its query, or the arguments of a command. Whatever is missing, of the wrong type or unknown is refused by
 * the field's name: a misspelt field that is silently ignored costs an evening.
 */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;

  /** @throws Problem `bad_request` when `values` is not an object or holds a field that is not in `names` */
  constructor(values: unknown, names: readonly string[]) {
    if (!isObject(values)) throw new Problem("bad_request", "The request's body must be a JSON object.");
    this.#values = new Map(Object.entries(values));
    for (const name of this.#values.keys()) {
      if (names.includes(name)) continue;
      throw wrong(
        name,
        names.length === 0 ? "is not a field here: none is accepted" : `is not a field here: ${list(names)}`,
      );
    }
  }

  /** For what takes no fields. @throws Problem `bad_request` */
  static none(values: unknown): void {
    void new Fields(values, []);
  }

  /** @throws Problem `bad_request` */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw wrong(name, "is missing: it must be text");
    return value;
  }

  /** @throws Problem `bad_request` */
  optionalText(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined || typeof value === "string") return value;
    throw wrong(name, "must be text");
  }

  /** @throws Problem `bad_request` */
  flag(name: string): boolean {
    const value = this.optionalFlag(name);
    if (value === undefined) throw wrong(name, "is missing: it must be true or false");
    return value;
  }

  /** @throws Problem `bad_request` */
  optionalFlag(name: string): boolean | undefined {
    const value = this.#values.get(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw wrong(name, "must be true or false");
  }

  /** Null is a value too: none. @throws Problem `bad_request` */
  optionalNumber(name: string): number | null | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null || typeof value === "number") return value;
    throw wrong(name, "must be a number, or null");
  }

  /** @throws Problem `bad_request` */
  optionalObject(name: string): JsonObject | undefined {
    const value = this.#values.get(name);
    if (value === undefined || isObject(value)) return value;
    throw wrong(name, "must be an object");
  }

  /** A moment in epoch milliseconds. @throws Problem `bad_request` */
  optionalTime(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value))) return value;
    throw wrong(name, "must be a time in epoch milliseconds");
  }

  /** @throws Problem `bad_request` */
  choice<const T extends string>(name: string, allowed: readonly T[]): T {
    const chosen = this.optionalChoice(name, allowed);
    if (chosen === undefined) throw wrong(name, `is missing: it must be one of ${allowed.join(", ")}`);
    return chosen;
  }

  /** @throws Problem `bad_request` */
  optionalChoice<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const chosen = allowed.find((option) => option === value);
    if (chosen === undefined) throw wrong(name, `must be one of ${allowed.join(", ")}`);
    return chosen;
  }

  /** A field that may be null, too: none. `read` reads it where it is not. @throws Problem `bad_request` */
  orNull<T>(name: string, read: () => T): T | null {
    return this.#values.get(name) === null ? null : read();
  }

  /** A list of texts, or of some of them. @throws Problem `bad_request` */
  texts<const T extends string>(name: string, allowed?: readonly T[]): readonly T[] {
    const all = this.optionalTexts(name, allowed);
    if (all !== undefined) return all;
    throw wrong(name, `is missing: it ${listOf(allowed)}`);
  }

  /** A list of texts, or of some of them. @throws Problem `bad_request` */
  optionalTexts<const T extends string>(name: string, allowed?: readonly T[]): readonly T[] | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const isText = (one: unknown): one is T => typeof one === "string" && (allowed?.includes(one as T) ?? true);
    if (Array.isArray(value) && value.every(isText)) return value;
    throw wrong(name, listOf(allowed));
  }

  /** Several of them, separated by commas. @throws Problem `bad_request` */
  optionalChoices<const T extends string>(name: string, allowed: readonly T[]): T[] | undefined {
    return this.optionalText(name)
      ?.split(",")
      .map((part) => {
        const chosen = allowed.find((option) => option === part);
        if (chosen === undefined) throw wrong(name, `must be some of ${allowed.join(",")}, separated by commas`);
        return chosen;
      });
  }

  /** A whole number, which a query holds as digits. @throws Problem `bad_request` */
  optionalInteger(name: string, range: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isInteger(number) && number >= range.min && number <= range.max) {
      return number;
    }
    throw wrong(name, `must be a whole number from ${range.min} to ${range.max}`);
  }
}

function listOf(allowed: readonly string[] | undefined): string {
  return `must be a list of ${allowed === undefined ? "texts" : `some of ${allowed.join(", ")}`}`;
}

function wrong(name: string, sentence: string): Problem {
  return new Problem("bad_request", `"${name.slice(0, 60)}" ${sentence}.`, { field: name.slice(0, 60) });
}

function list(names: readonly string[]): string {
  return names.length === 1 ? `only ${names[0]} is accepted` : `${names.join(", ")} are accepted`;
}

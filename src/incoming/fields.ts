import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { Problem } from "../problem.ts";
import { phrase } from "../said/phrase.ts";

/**
 * The fields of a request, from its body or its query, or the arguments of a command. Whatever is missing, of the wrong type or unknown is refused by
 * the field's name: a misspelt field that is silently ignored costs an evening.
 */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;

  /** @throws Problem `bad_request` when `values` is not an object or holds a field that is not in `names` */
  constructor(values: unknown, names: readonly string[]) {
    if (!isObject(values)) throw new Problem("bad_request", phrase("body_object"));
    this.#values = new Map(Object.entries(values));
    for (const name of this.#values.keys()) {
      if (names.includes(name)) continue;
      throw wrong(
        name,
        names.length === 0
          ? phrase("part_trouble_no_field")
          : phrase("part_trouble_other_field", { fields: list(names) }),
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
    if (value === undefined) throw wrong(name, phrase("part_trouble_missing_text"));
    return value;
  }

  /** @throws Problem `bad_request` */
  optionalText(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined || typeof value === "string") return value;
    throw wrong(name, phrase("part_trouble_text"));
  }

  /** @throws Problem `bad_request` */
  flag(name: string): boolean {
    const value = this.optionalFlag(name);
    if (value === undefined) throw wrong(name, phrase("part_trouble_missing_flag"));
    return value;
  }

  /** @throws Problem `bad_request` */
  optionalFlag(name: string): boolean | undefined {
    const value = this.#values.get(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw wrong(name, phrase("part_trouble_flag"));
  }

  /** Null is a value too: none. @throws Problem `bad_request` */
  optionalNumber(name: string): number | null | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null || typeof value === "number") return value;
    throw wrong(name, phrase("part_trouble_number"));
  }

  /** @throws Problem `bad_request` */
  optionalObject(name: string): JsonObject | undefined {
    const value = this.#values.get(name);
    if (value === undefined || isObject(value)) return value;
    throw wrong(name, phrase("part_trouble_object"));
  }

  /** A moment in epoch milliseconds. @throws Problem `bad_request` */
  optionalTime(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value))) return value;
    throw wrong(name, phrase("part_trouble_time"));
  }

  /** @throws Problem `bad_request` */
  choice<const T extends string>(name: string, allowed: readonly T[]): T {
    const chosen = this.optionalChoice(name, allowed);
    if (chosen === undefined) throw wrong(name, phrase("part_trouble_missing_choice", { values: allowed.join(", ") }));
    return chosen;
  }

  /** @throws Problem `bad_request` */
  optionalChoice<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const chosen = allowed.find((option) => option === value);
    if (chosen === undefined) throw wrong(name, phrase("part_trouble_choice", { values: allowed.join(", ") }));
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
        if (chosen === undefined) throw wrong(name, phrase("part_trouble_choices", { values: allowed.join(",") }));
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
    throw wrong(name, phrase("part_trouble_whole", { min: range.min, max: range.max }));
  }
}

function listOf(allowed: readonly string[] | undefined): string {
  return `must be a list of ${allowed === undefined ? "texts" : `some of ${allowed.join(", ")}`}`;
}

function wrong(name: string, sentence: string): Problem {
  return new Problem("bad_request", phrase("field_wrong", { name: name.slice(0, 60), trouble: sentence }), {
    field: name.slice(0, 60),
  });
}

function list(names: readonly string[]): string {
  const [first = ""] = names;
  return names.length === 1
    ? phrase("part_fields_one", { name: first })
    : phrase("part_fields_many", { names: names.join(", ") });
}

/** What stands for a thing or a person: the same for the same one wherever it is named, so that the story stays readable. */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** The placeholder of `value`, such as `lock-1`; a new one where it has none yet, whatever the kind. */
  of(kind: string, value: string): string {
    const key = folded(value);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = `${kind}-${count}`;
    this.#names.set(key, name);
    return name;
  }

  /** Another name of what `value` is: its id, its slug. */
  also(value: string, other: string): void {
    const known = this.#names.get(folded(value));
    if (known !== undefined && other !== "" && !this.#names.has(folded(other))) this.#names.set(folded(other), known);
  }

  /** Every value that has a placeholder, with it. */
  all(): readonly (readonly [value: string, placeholder: string])[] {
    return [...this.#names];
  }

  find(value: string): string | undefined {
    return this.#names.get(folded(value));
  }
}

/** Upper and lower case, and the two ways to write an accent, are one name. */
function folded(value: string): string {
  return value.normalize("NFC").toLowerCase();
}

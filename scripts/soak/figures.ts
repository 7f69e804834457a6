/** What a part, or a share of it, came to. */
export interface Figures {
  /** Each part's own counts, added up over its shares. */
  readonly counts: Readonly<Record<string, number>>;
  /** What went wrong, each with how to repeat it. */
  readonly failures: readonly string[];
}

/** A share of what a part has to do: that whose number leaves the remainder `share` when divided by `shares`. */
export interface Share {
  readonly runs: number;
  readonly seed: number;
  readonly share: number;
  readonly shares: number;
}

export function add(sums: Record<string, number>, more: object): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + Number(count);
}

export function merge(results: readonly Figures[]): Figures {
  const counts: Record<string, number> = {};
  for (const result of results) add(counts, result.counts);
  return { counts, failures: results.flatMap(({ failures }) => failures) };
}

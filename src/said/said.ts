/**
 * A sentence of the gateway as what it is made of, so that who reads it in another language gets it whole in that one. Its
 * English text goes beside it, for logs and for readers that know no such key.
 */
export interface Said {
  /** Names the sentence; never changes its meaning. */
  readonly key: string;
  /** What the sentence is completed with: names, numbers, addresses, and parts that are worded for themselves. Never a secret. */
  readonly params: Readonly<Record<string, string | number | Said>>;
}

/** One sentence for a person. `said` goes beside it where it leaves the gateway, for readers of other languages. */
export interface Worded {
  readonly message: string;
  /** Absent where the gateway has no such phrase. */
  readonly said?: Said;
}

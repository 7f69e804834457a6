/**
 * Does a push channel tell of an account's changes? Whoever runs one answers this; while it does, polls are there only
 * for what it may have lost.
 */
export interface PushHealth {
  isHealthy(accountId: string): boolean;
  /** Calls `listener` whenever the health of an account's channel turns; returns the end of it. */
  subscribe(listener: (accountId: string) => void): () => void;
}

/**
 * Whether a push channel reports an account's changes. While it does, polls only catch what it may have lost.
 */
export interface PushHealth {
  isHealthy(accountId: string): boolean;
  /** Calls `listener` whenever the health of an account's channel changes; returns a function that ends this. */
  subscribe(listener: (accountId: string) => void): () => void;
}

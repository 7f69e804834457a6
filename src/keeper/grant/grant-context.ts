import type { Clock } from "../../clock.ts";
import type { Log, Secrets } from "../../log.ts";
import type { Random } from "../../random.ts";
import type { CallContext, Fetch, ProxyOf } from "../token-calls/http-call.ts";
import type { Provider } from "../providers/provider.ts";
import type { Vault } from "../vault/vault.ts";
import type { AnsweredAttempt } from "../vault/tables/attempt.ts";

/** The points between which the procedure can be interrupted, in order; `onStep` is called after each. */
export const GRANT_STEPS = [
  "read",
  "decided",
  "intent_journalled",
  "answered",
  "answer_journalled",
  "normalised",
  "identified",
  "committed",
] as const;
export type GrantStep = (typeof GRANT_STEPS)[number];
export type StepListener = (step: GrantStep) => void | Promise<void>;

/** Everything that the procedure touches. */
export interface GrantContext {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly proxyOf?: ProxyOf;
  readonly secrets: Secrets;
  readonly log: Log;
  /** For one call, the whole answer included. */
  readonly callTimeoutMs: number;
  readonly onStep?: StepListener;
  /** Gets each answer before it is written down: if the disk fails, it exists there alone. */
  readonly onAnswer?: (attempt: AnsweredAttempt) => void;
}

export function callContextOf({ fetch, proxyOf, clock, callTimeoutMs: timeoutMs }: GrantContext): CallContext {
  return { fetch, proxyOf, clock, timeoutMs };
}

export async function stepDone({ log, onStep }: GrantContext, step: GrantStep): Promise<void> {
  log.trace("A step is done.", { step });
  await onStep?.(step);
}

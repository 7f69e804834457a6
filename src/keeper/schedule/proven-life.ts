import type { ProvenLife } from "../providers/provider-fields.ts";
import type { TokenPair } from "../answers/token-response.ts";

/** A token that is refused sooner was never good, or the refusal was not about its age. */
const SHORTEST_MS = 10_000;
/** One that is refused in a later share of its life is at its end anyway: the first time, and once a life is in doubt. */
const LATEST_SHARE = { first: 0.7, again: 0.9 } as const;
/** How much longer the next life is believed to be after one without a refusal. */
const GROWTH = 0.5;

type Life = Pick<TokenPair, "obtained_at" | "expires_at">;

/** What the refusal of a token teaches; null for one that came near its supposed end, or that has taught already. */
export function provenByRefusal(
  token: Life & { readonly generation: number },
  before: ProvenLife | null,
  now: number,
): ProvenLife | null {
  const age = now - token.obtained_at;
  const latest = lifeOf(token) * (before === null ? LATEST_SHARE.first : LATEST_SHARE.again);
  if (age < SHORTEST_MS || age >= latest || before?.generation === token.generation) return null;
  return { ms: age, refusals: (before?.refusals ?? 0) + 1, generation: token.generation };
}

export interface BelievedLife<Pair> {
  readonly pair: Pair;
  /** What stays learned; null once the life that the cloud tells is believed again. */
  readonly proven: ProvenLife | null;
}

/**
 * A new pair with the life that may be believed of it. A refusal may have had another cause than age, so that each token
 * that was replaced without one lets the next live longer, until it is as long as the cloud says.
 *
 * @param replaced the generation that it takes the place of
 */
export function believedLife<Pair extends Life & Pick<TokenPair, "expiry_source">>(
  pair: Pair,
  before: ProvenLife | null,
  replaced: number,
): BelievedLife<Pair> {
  if (before === null) return { pair, proven: null };
  const grows = before.generation === replaced ? 1 : 1 + GROWTH / before.refusals ** 2;
  const ms = Math.round(before.ms * grows);
  if (ms >= lifeOf(pair)) return { pair, proven: null };
  const believed = { ...pair, expires_at: pair.obtained_at + ms, expiry_source: "refusal" as const };
  return { pair: believed, proven: { ...before, ms } };
}

function lifeOf({ obtained_at, expires_at }: Life): number {
  return expires_at === null ? Infinity : expires_at - obtained_at;
}

import type { AccessToken, TokenSource } from "../../../src/keeper/account.ts";
import { Problem } from "../../../src/problem.ts";
import type { ProblemCode } from "../../../src/problem.ts";

/** What a keeper may say instead of giving a token. */
export const TOKEN_TROUBLES = ["sign_in_needed", "misconfigured", "refresh_paused", "slow"] as const;
export type TokenTrouble = (typeof TOKEN_TROUBLES)[number];

/** The keeper, as far as commands see it. */
export class SimulatedTokens implements TokenSource {
  readonly troubles = new Map<string, TokenTrouble>();
  readonly #generations = new Map<string, number>();
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  trouble(id: string, trouble: TokenTrouble | null): void {
    if (trouble === null) this.troubles.delete(id);
    else this.troubles.set(id, trouble);
    this.#waiting.get(id)?.resolve();
    this.#waiting.delete(id);
  }

  async getToken(id: string): Promise<AccessToken> {
    while (this.troubles.get(id) === "slow") {
      const waiting = this.#waiting.get(id) ?? Promise.withResolvers<void>();
      this.#waiting.set(id, waiting);
      await waiting.promise;
    }
    const trouble = this.troubles.get(id);
    if (trouble !== undefined) throw new Problem(trouble as ProblemCode, "There is no token.");
    const generation = this.#generations.get(id) ?? 1;
    return { value: `${id}-token-${generation}`, generation, expires_at: null };
  }

  invalidate(id: string, generation: number): Promise<AccessToken> {
    if ((this.#generations.get(id) ?? 1) === generation) this.#generations.set(id, generation + 1);
    return this.getToken(id);
  }
}

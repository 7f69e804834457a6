import type { Clock } from "../../clock.ts";
import type { Log, Secrets } from "../../log.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import type { LoginRoute } from "../providers/provider-fields.ts";
import type { Provider } from "../providers/provider.ts";
import { CallError } from "../token-calls/http-call.ts";
import { isAllPages, nextRoute, reopened, withAsked, withVerdict } from "../token-calls/login-record.ts";
import type { LoginRecord, LoginVerdict } from "../token-calls/login-record.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { AnsweredAttempt } from "../vault/tables/attempt.ts";
import type { Vault } from "../vault/vault.ts";
import { loginVerdict, verdictOfCall } from "./login-verdict.ts";

export interface LoginSearchContext {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly callTimeoutMs: number;
}

/** How a search, or the part of it that fits into a flight, ended. */
export type SearchEnd =
  | { readonly end: "accepted"; readonly answered: AnsweredAttempt }
  /** It goes on later, from where it was. */
  | { readonly end: "outage"; readonly seen: RawAnswer | CallError }
  | { readonly end: "unfinished" }
  /** Every way was tried, or too many said that the password is wrong. */
  | { readonly end: "nowhere"; readonly record: LoginRecord }
  /** The account was signed out, removed or changed meanwhile. */
  | { readonly end: "unwanted" };

interface Asking {
  /** Asks, and writes the answer into the journal. @throws CallError */
  readonly ask: (route: LoginRoute) => Promise<AnsweredAttempt>;
  readonly isWanted: () => boolean;
}

/**
 * The search for an account's login: one way after the other, each written down before it is asked and again with what was
 * said, so that nothing is asked twice, whatever interrupts it.
 */
export class LoginSearch {
  readonly #context: LoginSearchContext;
  readonly #provider: Provider;
  readonly #account: AccountRow;
  readonly #routes: readonly LoginRoute[];
  #record: LoginRecord;

  constructor(context: LoginSearchContext, provider: Provider, account: AccountRow, routes: readonly LoginRoute[]) {
    this.#context = context;
    this.#provider = provider;
    this.#account = account;
    this.#routes = routes;
    this.#record = account.learned.attempts ?? [];
  }

  /** @param anew somebody asks for it by hand after it has ended without a login */
  async run({ ask, isWanted }: Asking, anew: boolean): Promise<SearchEnd> {
    const { clock, callTimeoutMs } = this.#context;
    if (anew && nextRoute(this.#routes, this.#record) === null) this.#record = [];
    const began = clock.monotonic();
    let last: RawAnswer | null = null;
    for (let route = this.#next(); route !== null; route = this.#next()) {
      // A flight has its time, and the call that follows may take all of its own.
      if (last !== null && clock.monotonic() - began > callTimeoutMs) return { end: "unfinished" };
      if (!isWanted()) return { end: "unwanted" };
      this.#write(withAsked(this.#record, route, clock.now()));
      const answered = await this.#asked(route, ask);
      if (answered instanceof CallError) return { end: "outage", seen: answered };
      const { answer } = answered;
      const verdict = this.take(answer, route);
      if (verdict.outcome === "accepted") return { end: "accepted", answered };
      if (verdict.outcome === "outage") return { end: "outage", seen: answer };
      last = answer;
    }
    if (last === null || !isAllPages(this.#record)) return { end: "nowhere", record: this.#record };
    this.#write(reopened(this.#record));
    return { end: "outage", seen: last };
  }

  /** Writes down what an answer says. One that grants a token is written by who reads the token, at once with the login. */
  take(answer: RawAnswer, route: LoginRoute): LoginVerdict {
    const verdict = this.#verdict(answer, route);
    const { outcome } = verdict;
    this.#context.log.info("A login was tried.", {
      account: this.#account.name,
      account_id: this.#account.id,
      ...route,
      outcome,
    });
    if (outcome !== "accepted") this.#write(withVerdict(this.#record, route, verdict, answer.received_at));
    return verdict;
  }

  /** A web page that came before, in place of everything, is no word of the login's when it comes again. */
  #verdict(answer: RawAnswer, route: LoginRoute): LoginVerdict {
    const verdict = loginVerdict(answer, this.#provider, route.format, this.#context.secrets);
    const cameBefore = this.#record.some(
      (entry) => entry.url === route.url && entry.format === route.format && entry.page,
    );
    return verdict.page && cameBefore ? { ...verdict, outcome: "outage", counts: true } : verdict;
  }

  async #asked(route: LoginRoute, ask: Asking["ask"]): Promise<AnsweredAttempt | CallError> {
    const { clock, callTimeoutMs } = this.#context;
    try {
      return await ask(route);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const verdict = verdictOfCall(error, this.#provider, callTimeoutMs);
      this.#write(withVerdict(this.#record, route, verdict, clock.now()));
      return error;
    }
  }

  #next(): LoginRoute | null {
    return nextRoute(this.#routes, this.#record);
  }

  #write(record: LoginRecord): void {
    this.#record = record;
    this.#context.vault.configurations.learn(this.#account, { attempts: this.#record });
  }
}

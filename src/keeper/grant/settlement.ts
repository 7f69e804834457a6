import type { RawAnswer } from "../answers/raw-answer.ts";
import { loneRefreshToken, readTokenAnswer, renewed, tokenPlace } from "../answers/token-response.ts";
import type { TokenPair } from "../answers/token-response.ts";
import type { Provider } from "../providers/provider.ts";
import type { CallContext } from "../token-calls/http-call.ts";
import { withVerdict } from "../token-calls/login-record.ts";
import { loginVerdict } from "../login-search/login-verdict.ts";
import type { Wanted } from "../schedule/next-attempt.ts";
import { isRenewal } from "../vault/tables/attempt.ts";
import type { AnsweredAttempt, Attempt } from "../vault/tables/attempt.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { DeviceCodePolls } from "./device-code.ts";
import { signInAdvice, signInProblemCode } from "./failure-messages.ts";
import { failed, FailureRecorder } from "./failure-recorder.ts";
import { failureOfAnswer, identityUnknown, withoutSecrets } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { stepDone } from "./grant-context.ts";
import type { GrantContext } from "./grant-context.ts";
import type { GrantReport } from "./grant-runner.ts";
import { GrantWriter, refreshedEvent, SIGNED_IN } from "./grant-writer.ts";
import { askIdentity } from "../token-calls/identity.ts";
import { phrase } from "../../said/phrase.ts";

/** What was refused is not what the account has now: it is to be asked for again, at once. */
export interface AskAgain {
  readonly askAgain: AccountRow;
  /** The generation that is still to be replaced. */
  readonly generation: number;
}

/** What becomes of a call's outcome: reads the journalled answer and commits what it grants, or records why it grants nothing. */
export class Settlement {
  readonly #context: GrantContext;
  readonly #callContext: CallContext;
  readonly #failures: FailureRecorder;
  readonly #writer: GrantWriter;
  readonly #polls: DeviceCodePolls;

  constructor(context: GrantContext, callContext: CallContext, polls: DeviceCodePolls) {
    this.#context = context;
    this.#callContext = callContext;
    this.#polls = polls;
    this.#failures = new FailureRecorder(context);
    this.#writer = new GrantWriter(context);
  }

  /** @param interrupted whether the answer was left in the journal by an interruption */
  async settle(
    provider: Provider,
    account: AccountRow,
    attempt: AnsweredAttempt,
    interrupted: boolean,
  ): Promise<GrantReport | AskAgain> {
    const { secrets, vault } = this.#context;
    // What a person brings, by a sign-in or as a static token, may be of another kind.
    const held = isRenewal(attempt) && attempt.grant_type !== "static" ? vault.tokens.newest(account.id) : null;
    const pair = readTokenAnswer(this.#agedAnswer(attempt), provider, held);
    if (pair !== null) {
      secrets.add(pair.access_token);
      if (pair.refresh_token !== null) secrets.add(pair.refresh_token);
    }
    await stepDone(this.#context, "normalised");
    if (pair === null) {
      const failure = failureOfAnswer(attempt.answer, provider);
      const lone = failure.code === "answer_unreadable" ? loneRefreshToken(attempt.answer, provider, held) : null;
      if (lone !== null && attempt.grant_type === "refresh_token") await this.#writer.keepRefreshToken(attempt, lone);
      if (failure.class === "dead_grant" && held !== null && vault.configurations.dropSeed(account.id)) {
        return this.#fallBack(account, attempt, failure);
      }
      return this.failed(account, attempt, failure);
    }
    this.#learnLogin(provider, account, attempt.answer);
    return isRenewal(attempt)
      ? this.#settleRefresh(provider, account, attempt, pair, interrupted)
      : this.#settleSignIn(provider, account, attempt, pair);
  }

  /** What was refused is a refresh token that had come alone: the one before it may be good as ever. */
  #fallBack(account: AccountRow, attempt: Attempt, said: Failure): AskAgain {
    const { vault, clock, log, secrets } = this.#context;
    const { class: kind, code, what } = withoutSecrets(said, secrets);
    const message = phrase("refresh_token_alone", { what });
    log.warn(message, { account: account.name, account_id: account.id, class: kind, code });
    vault.journal.close(attempt, { at: clock.now(), kind: "retried", class: kind, code, message });
    return { askAgain: account, generation: attempt.generation };
  }

  /** Keeps how a login was asked that has worked, and where its token lay. */
  #learnLogin(provider: Provider, account: AccountRow, answer: RawAnswer): void {
    const { route: login_route, received_at } = answer;
    if (login_route === undefined) return;
    const { vault, secrets } = this.#context;
    // The account as it was read may be older than the search that has found this.
    const { attempts = [] } = vault.accounts.get(account.id)?.learned ?? account.learned;
    const token_place = tokenPlace(answer, provider);
    const verdict = loginVerdict(answer, provider, login_route.format, secrets);
    const known = attempts.some(({ outcome }) => outcome === "accepted");
    vault.configurations.learn(account, {
      login_route,
      ...(token_place === null ? {} : { token_place }),
      ...(known ? {} : { attempts: withVerdict(attempts, login_route, verdict, received_at) }),
    });
  }

  /** An answer that took longer than a call may take came through a sleep: its token has aged since the call began. */
  #agedAnswer({ answer, intent_at }: AnsweredAttempt): RawAnswer {
    const slept = answer.received_at - intent_at > 2 * this.#context.callTimeoutMs;
    return slept ? { ...answer, received_at: intent_at } : answer;
  }

  async #settleRefresh(
    provider: Provider,
    account: AccountRow,
    attempt: AnsweredAttempt,
    pair: TokenPair,
    interrupted: boolean,
  ): Promise<GrantReport> {
    const { vault } = this.#context;
    const whole = renewed(pair, vault.tokens.newest(account.id));
    const event = attempt.generation === 0 ? SIGNED_IN : refreshedEvent(account.consecutive_failures, interrupted);
    const report = await this.#writer.commit(provider, account, attempt, whole, null, event);
    if (report.outcome === "committed" && account.cloud_user === null) {
      const user = await this.#askIdentity(provider, pair);
      if (user !== null) vault.accounts.rememberUser(account.id, user);
    }
    return report;
  }

  /** A token is stored under the user it belongs to, or not at all. */
  async #settleSignIn(
    provider: Provider,
    account: AccountRow,
    attempt: AnsweredAttempt,
    pair: TokenPair,
  ): Promise<GrantReport> {
    const { vault } = this.#context;
    const user = await this.#askIdentity(provider, pair);
    await stepDone(this.#context, "identified");
    const known = account.cloud_user;
    if (known !== null && user === null && provider.identity !== null) {
      // Until the cloud says whose it is, the answer stays in the journal: neither lost nor stored under a stranger.
      const unknown = identityUnknown(provider);
      const record = this.#failures.record(account, unknown, "soon");
      vault.journal.postpone(attempt, record);
      this.#failures.log(account, record);
      return failed(account.id, "cloud_unreachable", record.message, true);
    }
    if (known !== null && user !== null && user !== known) {
      const message = phrase("other_user", { name: account.name, cloud: provider.label });
      return this.#failures.signInFailed(account, attempt, "other_user", {
        class: "configuration",
        code: "other_user",
        message,
      });
    }
    return this.#writer.commit(provider, account, attempt, pair, user, SIGNED_IN);
  }

  /** Records why a call granted nothing. */
  failed(account: AccountRow, attempt: Attempt, said: Failure, wanted?: Wanted): GrantReport | AskAgain {
    const failure = withoutSecrets(said, this.#context.secrets);
    if (isRenewal(attempt)) {
      const current = this.#context.vault.accounts.get(account.id);
      const same = current !== null && current.sign_in_reason === account.sign_in_reason;
      const changed = same && current.changed_at !== account.changed_at;
      if (changed && failure.class === "configuration") return this.#askAgain(current, attempt, failure);
      return this.#failures.refreshFailed(account, attempt, failure, wanted);
    }
    if (attempt.grant_type === "device_code") return this.#polls.failed(account, attempt, failure);
    const message = signInAdvice(failure);
    return this.#failures.signInFailed(account, attempt, signInProblemCode(failure), { ...failure, message });
  }

  /** What was refused are details that the person has corrected meanwhile: the new ones are tried, at once. */
  #askAgain(account: AccountRow, attempt: Attempt, failure: Failure): AskAgain {
    const { vault, clock, log } = this.#context;
    const message = phrase("settings_changed_meanwhile", { what: failure.what });
    const { class: kind, code } = failure;
    log.info(message, { account: account.name, account_id: account.id, class: kind, code });
    vault.journal.close(attempt, { at: clock.now(), kind: "retried", class: kind, code, message });
    return { askAgain: account, generation: attempt.generation };
  }

  #askIdentity(provider: Provider, pair: TokenPair): Promise<string | null> {
    return askIdentity(provider, pair.access_token, this.#callContext, this.#context.random);
  }
}

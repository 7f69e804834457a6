import type { Clock } from "../../clock.ts";
import { Problem } from "../../problem.ts";
import type { Random } from "../../random.ts";
import type { SignInPage } from "../account.ts";
import { readRedirect } from "./redirect.ts";
import type { RedirectReading } from "./redirect.ts";
import { OWN_STATE_LENGTH } from "./passages.ts";
import { redirectSentence } from "./redirect-sentence.ts";
import { authorizeUrl, usesPkce } from "../token-calls/oauth-client.ts";
import type { Provider } from "../providers/provider.ts";
import type { GrantJob } from "../grant/grant-runner.ts";
import { checkConfiguration } from "../accounts/account-configuration.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import { hashOf } from "../vault/tables/redemption-table.ts";
import type { PendingSignIn } from "../vault/tables/sign-in-table.ts";
import { phrase } from "../../said/phrase.ts";

/** How long a person may take on the cloud's sign-in page. */
const LASTS_MS = 10 * 60_000;

/** A callback that fits: the job that redeems its code, and the `state` that ends with it. */
export interface SignInJob {
  readonly job: GrantJob & { readonly kind: "sign_in" };
  readonly state: string | null;
}

export interface SignInOptions {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  readonly clock: Clock;
  readonly random: Random;
}

/** The way of a person to the cloud's sign-in page and back. */
export class SignIn {
  readonly #vault: Vault;
  /** Of any provider: whose redirect it is stands in it only once it is read. */
  readonly #codeParameters: readonly string[];
  readonly #clock: Clock;
  readonly #random: Random;

  constructor({ vault, providers, clock, random }: SignInOptions) {
    this.#vault = vault;
    this.#codeParameters = [...new Set(providers.flatMap((provider) => provider.codeParameters))];
    this.#clock = clock;
    this.#random = random;
  }

  /** The cloud's sign-in page with a fresh `state`, which is good for 10 minutes. @throws Problem `misconfigured` */
  begin(account: AccountRow, provider: Provider): SignInPage {
    const client_secret = this.#vault.accounts.clientSecret(account.id);
    const credentials = this.#vault.configurations.credentials(account.id);
    const wrong = checkConfiguration(provider, { ...account, client_secret, credentials });
    if (wrong !== null) throw new Problem("misconfigured", wrong.message, { field: wrong.field });
    if (provider.authorizeUrl === null) throw noSignInPage(account, provider);
    const state = this.#random.bytes(24).toString("base64url");
    const code_verifier = usesPkce(provider, client_secret) ? this.#random.bytes(32).toString("base64url") : null;
    const now = this.#clock.now();
    const expires_at = now + LASTS_MS;
    const { id: account_id, client_id, redirect_uri } = account;
    this.#vault.signIns.begin(state, { account_id, redirect_uri, code_verifier, ends_at: expires_at }, now);
    return { url: authorizeUrl(provider, client_id, { redirect_uri, state, code_verifier }).href, expires_at };
  }

  /** What a redirect, or a person who pasted it, says. */
  read(callback: string, signInUrl: string | null): RedirectReading {
    return readRedirect(callback, {
      codeParameters: this.#codeParameters,
      signInUrl,
      knowsState: (state) => this.#pending(state) !== null,
    });
  }

  /**
   * The account that a callback belongs to: the one whose sign-in its `state` began, else the one that the person names.
   * @throws Problem `callback_of_another_sign_in`, `callback_without_code`
   */
  accountOf(reading: RedirectReading, account_id: string | undefined): string {
    const used = this.#accountOfUsed(reading, account_id);
    if (used !== null) return used;
    const state = reading.kind === "unreadable" ? null : reading.state;
    // One that another code came with is used up.
    const pending = state === null || this.#vault.redemptions.isUsed(state) ? null : this.#pending(state);
    const id = account_id ?? pending?.account_id;
    if (reading.kind === "unreadable" && id === undefined) throw withoutCode(reading, "the cloud");
    if (id === undefined || (state !== null && pending?.account_id !== id)) throw anotherSignIn(state);
    return id;
  }

  /** @throws Problem `callback_without_code`, `sign_in_refused` */
  job(reading: RedirectReading, account: AccountRow, provider: Provider): SignInJob {
    if (reading.kind !== "code") throw withoutCode(reading, provider.label, account.id);
    const { code, state } = reading;
    this.#vault.signIns.keepOutOfLog(account.id, code);
    // A bare code belongs to the sign-in that was begun last.
    const pending = state === null ? this.#vault.signIns.latest(account.id, this.#clock.now()) : this.#pending(state);
    const { code_verifier = null } = pending ?? {};
    const redirect_uri = (state === null ? null : pending?.redirect_uri) ?? account.redirect_uri;
    return { job: { kind: "sign_in", account_id: account.id, code, redirect_uri, code_verifier }, state };
  }

  /**
   * The account of a code that was sent before, for who has its `state`, or names its account; null for a new code.
   * @throws Problem `callback_of_another_sign_in`: its success is no other account's
   */
  #accountOfUsed(reading: RedirectReading, account_id: string | undefined): string | null {
    const used = reading.kind === "code" ? this.#vault.redemptions.find(reading.code) : null;
    if (used === null || reading.kind !== "code") return null;
    const { state } = reading;
    const fits = state === null ? account_id !== undefined : used.state_hash === hashOf(state);
    if (!fits || (account_id ?? used.account_id) !== used.account_id) throw anotherSignIn(state);
    return used.account_id;
  }

  #pending(state: string): PendingSignIn | null {
    return this.#vault.signIns.find(state, this.#clock.now());
  }
}

/** There is none, or it is not known yet. */
function noSignInPage({ name, settings, last_error_message }: AccountRow, { label }: Provider): Problem {
  if (settings.issuer !== undefined) {
    const message = last_error_message ?? phrase("sign_in_page_looked_up", { name });
    return new Problem("cloud_unreachable", message, { retryable: true });
  }
  return new Problem("bad_request", phrase("sign_in_no_page", { name, cloud: label }));
}

function withoutCode(reading: RedirectReading, cloud: string, account_id?: string): Problem {
  const code = reading.kind === "refused" ? "sign_in_refused" : "callback_without_code";
  return new Problem(code, redirectSentence(reading, cloud) ?? "", {
    field: "callback_url",
    ...(account_id === undefined ? {} : { account_id }),
  });
}

function anotherSignIn(state: string | null): Problem {
  return new Problem("callback_of_another_sign_in", whyAnother(state), { field: "callback_url" });
}

/** Of a `state` that is not whole nothing is known but that. */
function whyAnother(state: string | null): string {
  if (state === null) {
    return phrase("redirect_no_state");
  }
  return state.length === OWN_STATE_LENGTH ? phrase("redirect_of_another") : phrase("redirect_state_cut");
}

import type { Clock } from "../clock.ts";
import { Problem } from "../problem.ts";
import type { Random } from "../random.ts";
import { callbackState, readCallback } from "./callback.ts";
import { authorizeUrl } from "./oauth-client.ts";
import type { Provider } from "./providers/provider.ts";
import type { GrantJob } from "./runner.ts";
import { checkSource } from "./source-details.ts";
import type { Vault } from "./vault.ts";
import type { AccountRow } from "./vault/account-table.ts";

/** How long a person may take on the cloud's sign-in page. */
const LASTS_MS = 10 * 60_000;

/** A callback that fits: the job that redeems its code, and what to close once that has ended. */
export interface SignInJob {
  readonly job: GrantJob;
  readonly state: string | null;
}

/** The way of a person to the cloud's sign-in page and back. */
export class SignIn {
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(vault: Vault, clock: Clock, random: Random) {
    this.#vault = vault;
    this.#clock = clock;
    this.#random = random;
  }

  /** The cloud's sign-in page with a fresh `state`, which is good for 10 minutes. @throws Problem `misconfigured` */
  begin(account: AccountRow, provider: Provider): URL {
    const client_secret = this.#vault.accounts.clientSecret(account.id);
    const credentials = this.#vault.sources.credentials(account.id);
    const wrong = checkSource(provider, { ...account, client_secret, credentials });
    if (wrong !== null) throw new Problem("misconfigured", wrong.message, { field: wrong.field });
    if (provider.authorizeUrl === null) throw noSignInPage(account, provider);
    const state = this.#random.bytes(24).toString("base64url");
    const now = this.#clock.now();
    const { id: account_id, client_id, redirect_uri } = account;
    this.#vault.signIns.begin(state, { account_id, redirect_uri, ends_at: now + LASTS_MS }, now);
    return authorizeUrl(provider, client_id, redirect_uri, state);
  }

  /**
   * The account that a callback belongs to: the one whose sign-in its `state` began, else the one that the person names.
   * @throws Problem `callback_of_another_sign_in`
   */
  accountOf(callback: string, account_id: string | undefined): string {
    const state = callbackState(callback);
    const pending = state === null ? null : this.#vault.signIns.find(state, this.#clock.now());
    const id = account_id ?? pending?.account_id;
    if (id === undefined || (state !== null && pending?.account_id !== id)) throw anotherSignIn();
    return id;
  }

  /** @throws Problem `callback_without_code`, `sign_in_refused` */
  read(callback: string, account: AccountRow, provider: Provider): SignInJob {
    const { code, state } = readCallback(callback, provider);
    this.#vault.signIns.keepOutOfLog(account.id, code);
    const pending = state === null ? null : this.#vault.signIns.find(state, this.#clock.now());
    const redirect_uri = pending?.redirect_uri ?? account.redirect_uri;
    return { job: { kind: "sign_in", account_id: account.id, code, redirect_uri }, state };
  }

  /** A `state` is good for one sign-in; one that may be tried again keeps it. */
  end({ state }: SignInJob): void {
    if (state !== null) this.#vault.signIns.end(state);
  }
}

/** There is none, or it is not known yet. */
function noSignInPage({ name, settings, last_error_message }: AccountRow, { label }: Provider): Problem {
  if (settings.issuer !== undefined) {
    const message = last_error_message ?? `Where ${name} signs in is still being looked up: try again in a moment.`;
    return new Problem("cloud_unreachable", message, { retryable: true });
  }
  return new Problem("bad_request", `${name} has no sign-in page: the gateway signs in to ${label} by itself.`);
}

function anotherSignIn(): Problem {
  return new Problem(
    "callback_of_another_sign_in",
    "This address belongs to another sign-in, or to one that is used up or older than 10 minutes: start the sign-in again.",
    { field: "callback_url" },
  );
}

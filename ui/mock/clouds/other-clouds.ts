import { randomUUID } from "node:crypto";
import type { AccountState } from "../../../src/keeper/account.ts";
import { GRANTS, needsBrowser } from "../../../src/keeper/providers/grants.ts";
import { added, attempts, deviceCode, refused, waitingForCode, withToken } from "./accounts.ts";

/** How long the gateway takes for a login of its own. */
const LOGIN_MS = 150;
/** The password with which no login works. */
export const WRONG_PASSWORD = "wrong";

type Said = Readonly<Record<string, string>>;

/** Plays the accounts of the clouds without locks: their sign-in, on another device or by the gateway alone. */
export class OtherClouds {
  readonly #publish: (account: AccountState) => void;

  constructor(publish: (account: AccountState) => void) {
    this.#publish = publish;
  }

  /** Adds the account and begins its sign-in. */
  add({ provider = "", name = "", client_id = "", redirect_uri = "", grant: said, password }: Said): AccountState {
    const usual = added(randomUUID(), provider, name);
    const grant = GRANTS.find((known) => known === said) ?? usual.grant;
    const account = { ...usual, grant, client_id, redirect_uri };
    if (grant !== null && needsBrowser({ grant })) return waitingForCode(account);
    setTimeout(() => this.#publish(this.#outcome(account, password)), LOGIN_MS);
    return account;
  }

  /** A new name changes nothing else; all the rest begins the sign-in anew. */
  change(account: AccountState, { name = account.name, password, ...others }: Said): AccountState {
    const { account_id: _, ...said } = others;
    if (password === undefined && Object.keys(said).length === 0) return { ...account, name };
    setTimeout(() => this.#publish(this.#outcome(account, password)), LOGIN_MS);
    return { ...account, status: "refreshing", last_error: null };
  }

  beginDeviceCode(account: AccountState): AccountState {
    return { ...account, device_code: deviceCode(Date.now()) };
  }

  #outcome(account: AccountState, password: string | undefined): AccountState {
    const isLogin = account.provider === "login";
    const now = Date.now();
    if (password === WRONG_PASSWORD) {
      const message = `${account.name} refused this user name and password: type them again.`;
      const outcome = refused(account, "invalid_grant", message, now);
      return isLogin ? { ...outcome, attempts: attempts(now).slice(0, 2) } : outcome;
    }
    const outcome = withToken(account, now);
    return isLogin ? { ...outcome, attempts: attempts(now) } : outcome;
  }
}

import { randomUUID } from "node:crypto";
import type { AccountSettings, AccountState } from "../../../src/keeper/account.ts";
import { ALL_FIELDS, isSecret } from "../../../src/keeper/providers/provider-description.ts";
import { GRANTS, needsBrowser } from "../../../src/keeper/providers/grants.ts";
import { added, attempts, deviceCode, refused, waitingForCode, withToken } from "./accounts.ts";

/** How long the gateway takes for a login of its own. */
const LOGIN_MS = 150;
/** The password with which no login works. */
export const WRONG_PASSWORD = "wrong";

type Said = Readonly<Record<string, string>>;

/** What is stored of the accounts that a scenario begins with, by their cloud. */
const STORED: Readonly<Record<string, Said>> = {
  yoto: {},
  watttime: { username: "anna", password: "canary-password" },
  login: { url: "https://api.example.com", username: "anna@example.com", password: "canary-password" },
  static: { token: "canary-token" },
};

/** Plays the accounts of the clouds without locks: their sign-in, on another device or by the gateway alone. */
export class OtherClouds {
  readonly #publish: (account: AccountState) => void;
  /** What was said of each account, by its id. */
  readonly #stored = new Map<string, Said>();

  constructor(publish: (account: AccountState) => void) {
    this.#publish = publish;
  }

  /** Adds the account and begins its sign-in. */
  add(said: Said): AccountState {
    const { provider = "", name = "", client_id = "", redirect_uri = "", password } = said;
    const usual = added(randomUUID(), provider, name);
    const grant = GRANTS.find((known) => known === said["grant"]) ?? usual.grant;
    const account = { ...usual, grant, client_id, redirect_uri };
    this.#stored.set(account.id, said);
    if (grant !== null && needsBrowser({ grant })) return waitingForCode(account);
    setTimeout(() => this.#publish(this.#outcome(account, password)), LOGIN_MS);
    return account;
  }

  /** A new name changes nothing else; all the rest begins the sign-in anew. */
  change(account: AccountState, { name = account.name, password, ...others }: Said): AccountState {
    const { account_id: _, ...said } = others;
    this.#stored.set(account.id, { ...this.#said(account), ...said, ...(password === undefined ? {} : { password }) });
    if (password === undefined && Object.keys(said).length === 0) return { ...account, name };
    setTimeout(() => this.#publish(this.#outcome(account, password)), LOGIN_MS);
    return { ...account, status: "refreshing", last_error: null };
  }

  settings(account: AccountState): AccountSettings {
    const { client_id, redirect_uri } = account;
    const said: Said = { client_id, redirect_uri, ...this.#said(account) };
    const set = ALL_FIELDS.filter((field) => (said[field] ?? "") !== "");
    const plain = set.filter((field) => !isSecret(field)).map((field) => [field, said[field]]);
    return { account_id: account.id, fields: Object.fromEntries(plain), secrets_set: set.filter(isSecret) };
  }

  #said({ id, provider }: AccountState): Said {
    return this.#stored.get(id) ?? STORED[provider] ?? {};
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

import type { Clock } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import type { AccountChange, AccountDesk, AccountState } from "../keeper/account.ts";
import { Problem } from "../problem.ts";
import type { LivePicture } from "../state/live-picture.ts";
import { naiveTime, timeLeft } from "./answers/python-words.ts";
import { readConfiguration } from "./configuration.ts";
import type { GatewayAddresses } from "./configuration.ts";
import { Refusal } from "./requests/refusal.ts";

export interface AccountRequestParts {
  readonly picture: LivePicture;
  readonly accounts: AccountDesk;
  readonly addresses: GatewayAddresses;
  readonly pollIntervalMs: number;
  readonly clock: Clock;
}

/** What the old gateways show in the place of a secret; whoever sends it back changes nothing. */
export const MASK = "***";
const NAME = "U-tec";
const SCOPE = "openapi";
/** From here on B and C call a token healthy. */
const HEALTHY_MS = 15 * 60_000;

/** The one account that an old gateway has: the first one with devices. */
export class AccountRequests {
  readonly #parts: AccountRequestParts;

  constructor(parts: AccountRequestParts) {
    this.#parts = parts;
  }

  find(): AccountState | undefined {
    return this.#parts.picture.accounts().find(({ has_devices }) => has_devices);
  }

  /** @throws Refusal 400 */
  get(): AccountState {
    const account = this.find();
    if (account !== undefined) return account;
    throw new Refusal(
      400,
      "There is no account yet: add one on the gateway's page, or send access_key, secret_key and redirect_uri.",
    );
  }

  /** Of B and C. */
  health() {
    const account = this.find();
    const left = this.#leftMs(account);
    const isValid = account?.token_usable ?? false;
    const isHealthy = isValid && (left === null || left > HEALTHY_MS);
    return {
      status: "ok",
      health: isHealthy ? "healthy" : "token_expiring_or_missing",
      token_valid: isValid,
      token_expires_at: naiveTime(account?.expires_at ?? null, "local"),
      token_expires_at_utc: naiveTime(account?.expires_at ?? null, "utc"),
      time_until_expiry: left === null ? "unknown" : timeLeft(left),
      auto_refresh_enabled: account?.automatic_refresh ?? true,
    };
  }

  /** Of B and C, with every secret masked. */
  configuration() {
    const { addresses, pollIntervalMs } = this.#parts;
    const account = this.find();
    const left = this.#leftMs(account);
    const isSignedIn = account !== undefined && account.obtained_at !== null && account.status !== "sign_in_needed";
    const hasToken = isSignedIn || (account?.token_usable ?? false);
    return {
      api_base_url: addresses.api,
      oauth_base_url: addresses.oauth,
      action_path: "/action",
      access_key: account?.client_id ?? "",
      secret_key: account?.client_secret_set ? MASK : "",
      scope: SCOPE,
      redirect_uri: account?.redirect_uri ?? "",
      access_token: hasToken ? MASK : "",
      refresh_token: isSignedIn ? MASK : "",
      token_expires_at: naiveTime(account?.expires_at ?? null, "utc"),
      status_poll_interval: pollIntervalMs / 1000,
      auto_refresh_enabled: account?.automatic_refresh ?? true,
      refresh_buffer_minutes: minutesOf(account?.refresh_buffer_ms ?? null),
      token_status: {
        has_token: hasToken,
        has_refresh_token: isSignedIn,
        expires_at: naiveTime(account?.expires_at ?? null, "utc"),
        is_expired: !(account?.token_usable ?? false),
        time_until_expiry: left === null ? "unknown" : timeLeft(left),
      },
    };
  }

  /**
   * Writes what is new of a configuration, in the words of any generation.
   * @returns what of it can't be set here, a sentence each
   * @throws Refusal 400, 422; Problem as AccountDesk.addAccount and updateAccount
   */
  configure(written: JsonObject): string[] {
    const { accounts, addresses } = this.#parts;
    const settings = { poll_interval: this.#parts.pollIntervalMs / 1000 };
    const { details, policy, notTaken } = readConfiguration(written, { addresses, settings, mask: MASK });
    const account = this.find();
    if (account === undefined) {
      const { client_id = "", client_secret = "", redirect_uri = "" } = details;
      if (Object.keys(details).length === 0) {
        return Object.keys(policy).length === 0 ? notTaken : [...notTaken, "There is no account yet to refresh."];
      }
      const { id } = accounts.addAccount({ name: NAME, client_id, client_secret, redirect_uri });
      if (Object.keys(policy).length > 0) accounts.updateAccount(id, policy);
      return notTaken;
    }
    const change: AccountChange = { ...details, ...policy };
    const known = account as unknown as JsonObject;
    const changed = Object.fromEntries(Object.entries(change).filter(([name, value]) => known[name] !== value));
    if (Object.keys(changed).length > 0) accounts.updateAccount(account.id, changed);
    return notTaken;
  }

  /** The cloud's sign-in page. @throws Refusal 400 where something is missing for it; Problem as AccountDesk.authorise */
  signInUrl(): string {
    try {
      return this.#parts.accounts.authorise(this.get().id).url;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "misconfigured") throw error;
      throw new Refusal(400, error.message, { cause: error });
    }
  }

  /** Ends a sign-in. @param pasted the code, or the address that holds it @throws Problem as AccountDesk.exchange */
  async exchange(pasted: string) {
    const account = await this.#parts.accounts.exchange(pasted, this.get().id);
    const left = this.#leftMs(account);
    return {
      access_token: MASK,
      refresh_token: MASK,
      token_type: "Bearer",
      expires_in: left === null ? null : Math.floor(left / 1000),
    };
  }

  /** @throws Problem as AccountDesk.refreshNow */
  async refresh() {
    const account = await this.#parts.accounts.refreshNow(this.get().id);
    return {
      status: "ok",
      message: "Token refreshed successfully",
      expires_at: naiveTime(account.expires_at, "utc"),
    };
  }

  /** Null where nobody knows. */
  #leftMs(account: AccountState | undefined): number | null {
    const end = account?.expires_at ?? null;
    return end === null ? null : Math.max(0, end - this.#parts.clock.now());
  }
}

function minutesOf(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 60_000);
}

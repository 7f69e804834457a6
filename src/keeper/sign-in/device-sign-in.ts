import { Problem } from "../../problem.ts";
import { checkConfiguration } from "../accounts/account-configuration.ts";
import { noDeviceCode } from "../grant/device-code.ts";
import { needsBrowser } from "../providers/grants.ts";
import { toProblem } from "../grant/grant-runner.ts";
import type { GrantRunner } from "../grant/grant-runner.ts";
import type { Provider } from "../providers/provider.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { Vault } from "../vault/vault.ts";
import { phrase } from "../../said/phrase.ts";

export interface DeviceSignInOptions {
  readonly vault: Vault;
  readonly runner: GrantRunner;
}

/** The way of a person to the cloud's sign-in page on another device, where a code is entered (RFC 8628). */
export class DeviceSignIn {
  readonly #vault: Vault;
  readonly #runner: GrantRunner;
  /** By account: how often it was left. What was begun before that is over. */
  readonly #left = new Map<string, number>();

  constructor({ vault, runner }: DeviceSignInOptions) {
    this.#vault = vault;
    this.#runner = runner;
  }

  /**
   * Has the cloud asked for a code, unless one is still to be entered.
   * @throws Problem `misconfigured`, `bad_request`, `client_refused`, `cloud_unreachable`, ...
   */
  async begin(account: AccountRow, provider: Provider): Promise<void> {
    const client_secret = this.#vault.accounts.clientSecret(account.id);
    const credentials = this.#vault.configurations.credentials(account.id);
    const wrong = checkConfiguration(provider, { ...account, client_secret, credentials });
    if (wrong !== null) throw new Problem("misconfigured", wrong.message, { field: wrong.field });
    const mayBeKnown = provider.deviceAuthorizationUrl !== null || account.settings.issuer !== undefined;
    if (!needsBrowser(provider) || !mayBeKnown) throw new Problem("bad_request", noDeviceCode(account.name, provider));
    const left = this.#left.get(account.id);
    const report = await this.#runner.run({ kind: "device_code", account_id: account.id });
    if ("problem" in report) throw toProblem(report.problem, account.id);
    if (this.#left.get(account.id) === left) return;
    this.#vault.deviceCodes.end(account.id);
    throw new Problem("sign_in_refused", phrase("sign_in_account_signed_out", { name: account.name }));
  }

  /** The account is signed out: a code that is on its way is not to be entered any more. */
  leave(account_id: string): void {
    this.#left.set(account_id, (this.#left.get(account_id) ?? 0) + 1);
  }
}

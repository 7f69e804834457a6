import type {
  AccountDesk,
  AccountSettings,
  ClientDetails,
  AccountEvent,
  AccountState,
  SignInPage,
} from "../../../src/keeper/account.ts";
import { Problem } from "../../../src/problem.ts";
import type { LivePicture } from "../../../src/state/live-picture.ts";
import type { CommandState } from "../../../src/state/picture.ts";
import type { CommandApi, CommandRequest } from "../../../src/utec/commands/command-api.ts";
import { readArguments } from "../../../src/utec/commands/command-arguments.ts";
import { assertCommandId } from "../../../src/utec/commands/command-id.ts";
import { anAccount } from "../../state/models.ts";

/** A keeper's desk in memory: accounts stand in the picture, secrets stay here, and a test says what goes wrong. */
export class MemoryDesk implements AccountDesk {
  readonly secretsOf = new Map<string, string>();
  readonly exchanged: { readonly callback_url: string; readonly account_id: string | undefined }[] = [];
  readonly history: AccountEvent[] = [];
  /** Thrown by the next call, whichever it is. */
  fault: Error | null = null;
  readonly #picture: LivePicture;

  constructor(picture: LivePicture) {
    this.#picture = picture;
  }

  addAccount({ client_secret, ...details }: ClientDetails): AccountState {
    this.#fail();
    const id = `account-${this.secretsOf.size + 1}`;
    const account = anAccount({ id, ...ofState(details), status: "sign_in_needed" });
    this.secretsOf.set(account.id, client_secret);
    return this.#put(account);
  }

  settings(account_id: string): AccountSettings {
    const { id, client_id, redirect_uri } = this.#find(account_id);
    return { account_id: id, fields: { client_id, redirect_uri }, secrets_set: ["client_secret"] };
  }

  updateAccount(account_id: string, { client_secret, ...details }: Partial<ClientDetails>): AccountState {
    if (client_secret !== undefined) this.secretsOf.set(account_id, client_secret);
    return this.#put({ ...this.#find(account_id), ...ofState(details) });
  }

  keepAccount(account_id: string): AccountState {
    return this.#put({ ...this.#find(account_id), left_options_at: null });
  }

  removeAccount(account_id: string): Promise<void> {
    return this.#later(() => {
      this.#find(account_id);
      this.#picture.update({ removed_accounts: [account_id] });
    });
  }

  authorise(account_id: string): SignInPage {
    const url = `https://cloud.example/authorise?state=${this.#find(account_id).id}`;
    return { url, expires_at: 1_800_000_000_000 };
  }

  beginDeviceCode(account_id: string): Promise<AccountState> {
    const device_code = {
      user_code: "BCDF-GHJK",
      verification_uri: "https://cloud.example/activate",
      verification_uri_complete: null,
      expires_at: 1_800_000_000_000,
    };
    return this.#later(() => this.#put({ ...this.#find(account_id), device_code }));
  }

  exchange(callback_url: string, account_id?: string): Promise<AccountState> {
    this.exchanged.push({ callback_url, account_id });
    return this.#later(() => this.#put({ ...this.#find(account_id ?? "home"), status: "fresh" }));
  }

  refreshNow(account_id: string): Promise<AccountState> {
    return this.#later(() => this.#put({ ...this.#find(account_id), refresh_count: 1 }));
  }

  signOut(account_id: string): Promise<AccountState> {
    return this.#later(() => this.#put({ ...this.#find(account_id), status: "sign_in_needed", reason: "signed_out" }));
  }

  events(account_id: string): AccountEvent[] {
    this.#find(account_id);
    return this.history;
  }

  #find(account_id: string): AccountState {
    this.#fail();
    const account = this.#picture.account(account_id);
    if (!account) throw new Problem("account_not_found", "There is no such account.", { field: "account_id" });
    return account;
  }

  #put(account: AccountState): AccountState {
    this.#picture.update({ accounts: [account] });
    return account;
  }

  async #later<T>(act: () => T): Promise<T> {
    await Promise.resolve();
    return act();
  }

  #fail(): void {
    const { fault } = this;
    this.fault = null;
    if (fault) throw fault;
  }
}

/** What of an account's details everybody may see: which grant they come to is the keeper's matter. */
function ofState(details: object): Partial<AccountState> {
  return Object.fromEntries(Object.entries(details).filter(([name]) => name !== "grant" && name in anAccount()));
}

/** A door that accepts every command that a device in the picture can do. */
export class MemoryDoor implements CommandApi {
  readonly requests: CommandRequest[] = [];
  fault: Error | null = null;
  readonly #picture: LivePicture;

  constructor(picture: LivePicture) {
    this.#picture = picture;
  }

  async submit(request: CommandRequest): Promise<CommandState> {
    await Promise.resolve();
    if (this.fault) throw this.fault;
    if (request.id !== undefined) assertCommandId(request.id);
    const device = this.#picture.device(request.device_id);
    if (!device) throw new Problem("device_not_found", "There is no such device.", { field: "device_id" });
    this.requests.push(request);
    const command: CommandState = {
      id: request.id ?? `command-${this.requests.length}`,
      device_id: request.device_id,
      name: request.name,
      args: readArguments(request.name, request.args ?? {}, device),
      origin: request.origin,
      requested_at: 1,
      sent_at: 1,
      accepted_at: 2,
      deadline_at: request.deadline_at ?? 3,
      ended_at: null,
      took_ms: null,
      outcome: null,
      error: null,
    };
    this.#picture.update({ commands: [command] });
    return command;
  }

  find(command_id: string): CommandState | undefined {
    return this.#picture.command(command_id);
  }

  ended(command_id: string): Promise<CommandState> {
    const command = this.find(command_id);
    return command ? Promise.resolve(command) : Promise.reject(new Problem("command_not_found", "No such command."));
  }
}

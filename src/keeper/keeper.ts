import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import type { Random } from "../random.ts";
import type {
  AccessToken,
  AccountChange,
  AccountDesk,
  AccountSettings,
  ClientDetails,
  AccountEvent,
  AccountState,
  GenerationCheck,
  RefreshPolicy,
  ProviderChange,
  ProviderDetails,
  ReportedGeneration,
  SignInPage,
  TokenSource,
} from "./account.ts";
import { LiveAccounts } from "./accounts/live-accounts.ts";
import type { KeeperUpdate } from "./accounts/live-accounts.ts";
import { Flights, wakeAt } from "./accounts/flights.ts";
import { AccountEditor } from "./accounts/account-editor.ts";
import { DelayedWrites } from "./accounts/delayed-writes.ts";
import { mirrorOptions, requireOwnedByPage } from "./accounts/options-accounts.ts";
import type { NamedAccount, OptionSlip } from "./accounts/options-accounts.ts";
import { accountProvider, unknownKind } from "./providers/account-provider.ts";
import type { Provider } from "./providers/provider.ts";
import { Redemption } from "./sign-in/redemption.ts";
import { AccountApis } from "./tokens/account-apis.ts";
import { ManualRefresh } from "./tokens/manual-refresh.ts";
import { RefusedTokens } from "./schedule/refused-tokens.ts";
import { RestoredBackup, stopMarkedBackups } from "./accounts/restored-backup.ts";
import { changedMeanwhile, toProblem } from "./grant/grant-runner.ts";
import type { GrantRunner } from "./grant/grant-runner.ts";
import { DeviceSignIn } from "./sign-in/device-sign-in.ts";
import { endAtCloud } from "./sign-in/leaving.ts";
import { SignIn } from "./sign-in/sign-in.ts";
import type { SignInJob } from "./sign-in/sign-in.ts";
import { TokenReader } from "./tokens/token-reader.ts";
import type { AccountHeir, TakenAccount } from "./imports/taken-account.ts";
import type { Vault } from "./vault/vault.ts";
import type { AccountRow } from "./vault/tables/account-columns.ts";

export interface KeeperOptions {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  /** The provider of the accounts that the options and the page name. */
  readonly defaultProvider: string;
  readonly runner: GrantRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * The keeper as the rest of the house sees it, on the main thread: hands out committed tokens, has them refreshed, and
 * answers for the accounts. It writes tokens nowhere: the one procedure does, in the runner.
 */
export class Keeper implements TokenSource, AccountDesk, AccountHeir, GenerationCheck {
  /** Where the API of each account lies. */
  readonly apis: AccountApis;
  readonly #options: KeeperOptions;
  readonly #vault: Vault;
  readonly #providers: readonly Provider[];
  readonly #runner: GrantRunner;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #accounts: LiveAccounts;
  readonly #reader: TokenReader;
  readonly #editor: AccountEditor;
  readonly #manual: ManualRefresh;
  readonly #signIn: SignIn;
  readonly #redemption: Redemption;
  readonly #deviceSignIn: DeviceSignIn;
  readonly #restored: RestoredBackup;
  readonly #delayed: DelayedWrites;
  readonly #flights: Flights;

  /** Reads all accounts. Nothing is called before `start`. */
  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#vault = options.vault;
    this.#providers = options.providers;
    this.#runner = options.runner;
    this.#clock = options.clock;
    this.#log = options.log;
    stopMarkedBackups(options);
    const refused = new RefusedTokens(options.clock);
    this.#accounts = new LiveAccounts({ ...options, refused });
    this.apis = new AccountApis(this.#accounts, options.providers);
    this.#delayed = new DelayedWrites({ ...options, accounts: this.#accounts });
    this.#flights = new Flights({
      ...options,
      accounts: this.#accounts,
      onGone: (id) => this.#forget(id),
      onEnd: (id) => this.#restored.settle(id),
    });
    this.#flights.markGenerations();
    this.#reader = new TokenReader(this.#accounts, options.runner, options.clock, refused);
    this.#manual = new ManualRefresh(options.runner, options.clock);
    this.#editor = new AccountEditor({ ...options, accounts: this.#accounts });
    this.#signIn = new SignIn(options);
    this.#redemption = new Redemption(options);
    this.#deviceSignIn = new DeviceSignIn(options);
    this.#restored = new RestoredBackup({
      ...options,
      accounts: this.#accounts,
      onChange: (id) => this.#flights.changed(id),
    });
  }

  /**
   * Takes over the accounts that the options name, and when to refresh: what they say of an account, else what the page
   * said of it, else what they say of all. Returns what is wrong there and was not taken. Call it before `start`.
   */
  mirrorOptions(named: readonly NamedAccount[], forAll: RefreshPolicy): readonly OptionSlip[] {
    let wrong: readonly OptionSlip[] = [];
    this.#delayed.add(() => {
      const { policies, slips } = mirrorOptions(named, this.#options);
      for (const { id, refresh_policy_set } of this.#vault.accounts.all()) {
        this.#accounts.reload(id);
        if (policies.has(id) || refresh_policy_set === 0) {
          this.#editor.setPolicy(this.#accounts.get(id), policies.get(id) ?? forAll, false);
        }
      }
      wrong = slips;
    });
    return wrong;
  }

  /** Plans every account's next refresh, and takes up what an interruption left in the journal. */
  start(): void {
    // Before the first refresh is due, so that a disk that can't be written is noticed at once.
    this.#delayed.add(() => this.#vault.tryDisk());
    for (const { row } of this.#accounts.all()) {
      this.#flights.plan(row.id);
      if (!this.#vault.journal.isOpen(row.id)) continue;
      this.#log.info("Resuming an interrupted call to the token endpoint.", { account: row.name, account_id: row.id });
      void this.#runner.run({ kind: "refresh", account_id: row.id, generation: null });
    }
  }

  /** Updates what changes with time; called every 30 s or more often. */
  tick(): void {
    for (const id of this.#delayed.retry()) this.#flights.plan(id);
    const before = new Map(this.#accounts.all().map((entry) => [entry.row.id, wakeAt(entry)]));
    this.#accounts.tick();
    // A clock that was set back makes due what was planned on the wrong one.
    for (const entry of this.#accounts.all()) {
      if (!entry.refreshing && wakeAt(entry) !== before.get(entry.row.id)) this.#flights.plan(entry.row.id);
    }
  }

  /** The cloud of this provider has just answered, with this `Date` header: a check of our clock for its accounts. */
  noteCloudTime(provider: string, date: string | undefined): void {
    for (const { row } of this.#accounts.all())
      if (row.provider === provider) this.#accounts.noteCloudTime(row.id, date);
  }

  checkGenerations(reported: ReadonlyMap<string, ReportedGeneration>): void {
    this.#restored.check(reported);
  }

  /** When the account's token ends (epoch ms): Infinity where nobody knows, 0 where there is none that the cloud takes. */
  tokenEndsAt(account_id: string): number {
    const entry = this.#accounts.find(account_id);
    return entry?.state.token_usable ? (entry.token?.expires_at ?? Infinity) : 0;
  }

  accounts(): AccountState[] {
    return this.#accounts.all().map((entry) => entry.state);
  }

  /** Calls `listener` with every later change; returns the end of it. */
  subscribe(listener: (update: KeeperUpdate) => void): () => void {
    return this.#accounts.subscribe(listener);
  }

  // TokenSource

  getToken(account_id: string): Promise<AccessToken> {
    return this.#reader.getToken(account_id);
  }

  invalidate(account_id: string, generation: number): Promise<AccessToken> {
    return this.#reader.invalidate(account_id, generation);
  }

  // AccountDesk

  addAccount(details: ClientDetails | ProviderDetails): AccountState {
    const id = this.#editor.add(details);
    this.#flights.plan(id);
    return this.#accounts.get(id).state;
  }

  settings(account_id: string): AccountSettings {
    return this.#editor.settings(this.#accounts.get(account_id).row);
  }

  takeOver(taken: TakenAccount): AccountState {
    const id = this.#editor.takeOver(taken);
    this.#flights.changed(id);
    return this.#accounts.get(id).state;
  }

  updateAccount(account_id: string, change: AccountChange & ProviderChange): AccountState {
    const { row } = this.#accounts.get(account_id);
    requireOwnedByPage(row);
    this.#editor.change(row, change);
    this.#flights.plan(account_id);
    return this.#accounts.get(account_id).state;
  }

  keepAccount(account_id: string): AccountState {
    this.#editor.keep(this.#accounts.get(account_id).row);
    return this.#accounts.get(account_id).state;
  }

  async removeAccount(account_id: string): Promise<void> {
    const entry = this.#accounts.get(account_id);
    const { row } = entry;
    requireOwnedByPage(row);
    await endAtCloud(entry, this.#options);
    this.#vault.accounts.remove(account_id);
    this.#forget(account_id);
    this.#log.info("An account was removed.", { account: row.name, account_id: row.id });
  }

  authorise(account_id: string): SignInPage {
    const { row } = this.#accounts.get(account_id);
    return this.#signIn.begin(row, this.#provider(row));
  }

  async beginDeviceCode(account_id: string): Promise<AccountState> {
    const { row } = this.#accounts.get(account_id);
    await this.#deviceSignIn.begin(row, this.#provider(row)).finally(() => this.#flights.changed(account_id));
    return this.#accounts.get(account_id).state;
  }

  async exchange(callback_url: string, account_id?: string): Promise<AccountState> {
    const signIn = this.#readRedirect(callback_url, account_id);
    const report = await this.#redemption.run(signIn);
    if ("problem" in report) throw toProblem(report.problem, report.account_id);
    const { state } = this.#accounts.get(report.account_id);
    if (report.outcome === "committed") return state;
    throw changedMeanwhile(state.name);
  }

  async refreshNow(account_id: string): Promise<AccountState> {
    const entry = this.#accounts.get(account_id);
    const report = await this.#manual.run(entry, this.#provider(entry.row));
    if ("problem" in report) throw toProblem(report.problem);
    return this.#accounts.get(account_id).state;
  }

  async signOut(account_id: string): Promise<AccountState> {
    const entry = this.#accounts.get(account_id);
    const { row } = entry;
    await endAtCloud(entry, this.#options);
    this.#deviceSignIn.leave(account_id);
    this.#vault.signOut(account_id, this.#clock.now());
    this.#accounts.endStall(account_id);
    this.#flights.plan(account_id);
    this.#log.info("An account was signed out.", { account: row.name, account_id: row.id });
    return this.#accounts.get(account_id).state;
  }

  events(account_id: string): AccountEvent[] {
    return this.#vault.events.latest(this.#accounts.get(account_id).row.id);
  }

  /** A redirect that is refused here never reaches the procedure, which logs its own failures. */
  #readRedirect(callback_url: string, account_id: string | undefined): SignInJob {
    try {
      const named = account_id === undefined ? null : this.#provider(this.#accounts.get(account_id).row);
      const reading = this.#signIn.read(callback_url, named?.authorizeUrl ?? null);
      const { row } = this.#accounts.get(this.#signIn.accountOf(reading, account_id));
      return this.#signIn.job(reading, row, this.#provider(row));
    } catch (error) {
      if (error instanceof Problem) this.#log.warn(error.message, { code: error.code });
      throw error;
    }
  }

  #forget(id: string): void {
    this.#reader.forget(id);
    this.#manual.forget(id);
    this.#accounts.forget(id);
    this.#flights.plan(id);
  }

  #provider(row: AccountRow): Provider {
    const provider = accountProvider(this.#providers, row);
    if (provider !== null) return provider;
    throw new Problem("misconfigured", unknownKind(row));
  }
}

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { ReportedGeneration } from "../account.ts";
import type { LiveAccounts } from "./live-accounts.ts";
import { needsBrowser } from "../providers/grants.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";

export type BackupVerdict = "no_news" | "older_copy" | "only_numbers";

/**
 * What it means that `reported` was reported to somebody outside the data folder. A number alone does not prove an older
 * copy: where a token was granted since, the grant works, and only the numbers continue from the higher one.
 *
 * @param foundAt the account's generation when this process opened the database
 */
export function judgeBackup(
  account: Pick<AccountRow, "generation" | "sign_in_reason" | "last_success_at">,
  reported: ReportedGeneration,
  foundAt: number,
): BackupVerdict {
  if (reported.generation <= account.generation) return "no_news";
  // It is stopped already, and people know.
  if (account.sign_in_reason !== null) return "only_numbers";
  if (account.generation > foundAt) return "only_numbers";
  const { last_success_at: own } = account;
  const isNewer = own !== null && reported.last_success_at !== null && own >= reported.last_success_at;
  return isNewer ? "only_numbers" : "older_copy";
}

export interface RestoredBackupOptions extends StartOptions {
  readonly accounts: LiveAccounts;
  readonly log: Log;
  /** Of an account that was written to. */
  readonly onChange: (account_id: string) => void;
}

export interface StartOptions {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  readonly clock: Clock;
}

/** Stops the accounts of a database that, by the marker beside it, is an older copy: each needs attention. Before the first call. */
export function stopMarkedBackups({ vault, providers, clock }: StartOptions): void {
  for (const account of vault.accounts.all()) {
    const newest = vault.markedGeneration(account.id);
    if (newest <= account.generation) continue;
    if (endsWhenReused(account, providers)) vault.stopRestored(account, newest, clock.now());
    else vault.journal.goOn(account.id, newest);
  }
}

/** A login or client credentials are good as often as they are sent; an unknown kind of account may be of any sort. */
function endsWhenReused(account: AccountRow, providers: readonly Provider[]): boolean {
  const provider = accountProvider(providers, account);
  return provider === null || needsBrowser(provider);
}

/**
 * The second way to notice a restored older database, beside the marker in the data folder: Home Assistant, to which
 * every generation was reported. It answers after the start, so a call may be under way: its answer is waited for and kept.
 */
export class RestoredBackup {
  readonly #options: RestoredBackupOptions;
  /** By account: what the database knew at the start. */
  readonly #found: ReadonlyMap<string, number>;
  /** By account: what was reported, and is not judged yet. */
  #reported: Map<string, ReportedGeneration> = new Map();

  constructor(options: RestoredBackupOptions) {
    this.#options = options;
    this.#found = new Map(options.accounts.all().map(({ row }) => [row.id, row.generation]));
  }

  /** Replaces what was reported before. Never throws. */
  check(reported: ReadonlyMap<string, ReportedGeneration>): void {
    this.#reported = new Map(reported);
    for (const { row } of this.#options.accounts.all()) this.settle(row.id);
  }

  /** Judges an account as soon as no call of its is open. Never throws. */
  settle(id: string): void {
    const { vault, providers, accounts, log, clock, onChange } = this.#options;
    const reported = this.#reported.get(id);
    const entry = accounts.find(id);
    if (reported === undefined || entry === undefined || entry.refreshing) return;
    try {
      // What the cloud has granted is finished first: it may be the proof that the grant lives.
      if (vault.journal.isOpen(id)) return;
      const account = vault.accounts.get(id);
      const verdict = account === null ? "no_news" : judgeBackup(account, reported, this.#found.get(id) ?? 0);
      const isStopped = account !== null && verdict === "older_copy" && endsWhenReused(account, providers);
      if (isStopped) vault.stopRestored(account, reported.generation, clock.now());
      else if (verdict !== "no_news") vault.accounts.raiseGeneration(id, reported.generation);
      this.#reported.delete(id);
      if (verdict !== "no_news") onChange(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.error(error.message, { account: entry.row.name, account_id: entry.row.id, code: error.code, error });
    }
  }
}

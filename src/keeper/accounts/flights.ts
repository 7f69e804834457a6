import { Problem } from "../../problem.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Random } from "../../random.ts";
import { nextStall } from "../grant/stall.ts";
import type { Stall } from "../grant/stall.ts";
import { unsavedToken } from "../grant/unsaved-token.ts";
import type { BrokenReport, GrantReport, GrantRunner } from "../grant/grant-runner.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";
import type { Vault } from "../vault/vault.ts";
import type { LiveAccount, LiveAccounts } from "./live-accounts.ts";

export interface FlightsOptions {
  readonly vault: Vault;
  readonly accounts: LiveAccounts;
  readonly providers: readonly Provider[];
  readonly runner: GrantRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** An account whose id is no more: it was removed, or has got its former id back. */
  readonly onGone: (account_id: string) => void;
  /** After everything else. */
  readonly onEnd: (account_id: string) => void;
}

/** Follows the runner's flights: what each brought is taken into memory, marked on the disk, and the next is planned. */
export class Flights {
  readonly #options: FlightsOptions;

  constructor(options: FlightsOptions) {
    this.#options = options;
    const { accounts, runner } = options;
    runner.listen({
      answered: (id, date) => accounts.noteCloudTime(id, date),
      started: (id, kind) => (kind === "device_code" ? undefined : accounts.flightStarted(id)),
      ended: (id, report) => this.#ended(id, report),
    });
  }

  /** Tells the runner when the account's next flight starts by itself. */
  plan(id: string): void {
    const { accounts, runner } = this.#options;
    const entry = accounts.find(id);
    runner.plan(id, entry === undefined ? null : wakeAt(entry));
  }

  /** The account was written to from outside a flight. */
  changed(id: string): void {
    this.markGenerations();
    this.#options.accounts.reload(id);
    this.plan(id);
  }

  /** A marker that can't be written is only logged: the tokens themselves are safe. */
  markGenerations(): void {
    const { vault, log } = this.#options;
    vault.markGenerations().catch((error: unknown) => {
      if (error instanceof Problem) log.error(error.message, { code: error.code, error });
      else log.error("The generations of the accounts' tokens could not be saved.", { error });
    });
  }

  #ended(id: string, report: GrantReport): void {
    const { accounts, onGone, onEnd } = this.#options;
    if (report.account_id !== id) onGone(id);
    if (report.outcome === "committed") this.markGenerations();
    const stall = report.outcome === "broken" ? this.#stall(id, report) : this.#lastingStall(report);
    accounts.flightEnded(report.account_id, stall);
    this.plan(report.account_id);
    onEnd(report.account_id);
  }

  /** A flight that had nothing to do has written nothing: it is no sign that a disk which took nothing works again. */
  #lastingStall({ account_id, outcome }: GrantReport): Stall | null {
    const { vault, accounts, clock, random } = this.#options;
    const stall = accounts.find(account_id)?.stall ?? null;
    if (outcome !== "unneeded" || stall?.problem.code !== "store_failed" || stall.token !== null) return null;
    try {
      vault.tryDisk();
      return null;
    } catch (error) {
      if (!(error instanceof Problem && error.code === "store_failed")) throw error;
      const { code, message } = error;
      return nextStall(stall, { code, message, retryable: true }, null, clock.now(), random.fraction());
    }
  }

  #stall(id: string, report: BrokenReport): Stall {
    const { vault, accounts, clock, random, log } = this.#options;
    const { code, message } = report.problem;
    log.error("A grant could not be run.", { account_id: id, code, problem: message });
    const account = accounts.find(id);
    const provider = account === undefined ? null : accountProvider(this.#options.providers, account.row);
    const token = account && provider !== null ? unsavedToken(account.token, report, provider) : null;
    if (token !== null) vault.tokens.keepOutOfLog(id, token);
    return nextStall(account?.stall ?? null, report.problem, token, clock.now(), random.fraction());
  }
}

/** When the account's next flight starts by itself; one that could do nothing is tried again in its own time. */
export function wakeAt({ stall, state: { next_refresh_at }, pollAt }: LiveAccount): number | null {
  if (stall !== null || pollAt === null) return next_refresh_at;
  return Math.min(next_refresh_at ?? Infinity, pollAt);
}

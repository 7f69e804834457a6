import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { CloudState } from "../../state/picture.ts";

export interface CloudHealthOptions {
  readonly picture: LivePicture;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the cloud of an account stops answering, and when it answers again. */
  readonly onTurn: () => void;
}

/** Failures in a row after which a cloud that has answered before counts as down: one missed call changes nothing. */
const FAILURES_TO_OFFLINE = 2;

/** Some come from the keeper, which could not get a token because the cloud does not answer. */
const CLOUD_CODES: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "cloud_unreachable",
  "cloud_error",
  "cloud_answer_unreadable",
  "rate_limited",
]);

const UNKNOWN: CloudState = { online: null, error: null, last_success_at: null, devices_known: false };

/**
 * Keeps `gateway.clouds` of the picture: does each account's cloud answer, and are its devices known? An outage is
 * logged once, and its end.
 */
export class CloudHealth {
  readonly #picture: LivePicture;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onTurn: () => void;
  readonly #failures = new Map<string, number>();
  /** By account: when the first call of the outage failed, monotonic ms. */
  readonly #outages = new Map<string, number>();

  constructor(options: CloudHealthOptions) {
    this.#picture = options.picture;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#onTurn = options.onTurn;
  }

  /** False only while the cloud is known not to answer. */
  answers(accountId: string): boolean {
    return this.#cloud(accountId).online !== false;
  }

  succeeded(accountId: string): void {
    const offline = !this.answers(accountId);
    const since = this.#outages.get(accountId);
    this.#failures.delete(accountId);
    this.#outages.delete(accountId);
    this.#write(accountId, {
      ...this.#cloud(accountId),
      online: true,
      error: null,
      last_success_at: this.#clock.now(),
    });
    if (offline && since !== undefined) {
      const seconds = Math.round((this.#clock.monotonic() - since) / 1000);
      this.#log.info("The cloud answers again.", {
        account: this.#name(accountId),
        account_id: accountId,
        after_s: seconds,
      });
    }
  }

  /** Notes a call that failed because of the cloud; a sign-in that is needed is not the cloud's failure. */
  failed(accountId: string, error: unknown): void {
    if (!(error instanceof Problem) || !CLOUD_CODES.has(error.code)) return;
    const failures = (this.#failures.get(accountId) ?? 0) + 1;
    this.#failures.set(accountId, failures);
    if (failures === 1) this.#outages.set(accountId, this.#clock.monotonic());

    const before = this.#cloud(accountId);
    if (before.online === true && failures < FAILURES_TO_OFFLINE) return;
    this.#write(accountId, { ...before, online: false, error: { code: error.code, message: error.message } });
    if (before.online !== false) {
      this.#log.warn("The cloud does not answer.", {
        account: this.#name(accountId),
        account_id: accountId,
        code: error.code,
        reason: error.message,
      });
    }
  }

  /** From now on a device that the account does not list is not one of its devices. */
  devicesAreKnown(accountId: string): void {
    if (!this.#cloud(accountId).devices_known)
      this.#write(accountId, { ...this.#cloud(accountId), devices_known: true });
  }

  forget(accountId: string): void {
    this.#failures.delete(accountId);
    this.#outages.delete(accountId);
    const { [accountId]: _gone, ...clouds } = this.#picture.gateway.clouds;
    this.#picture.update({ gateway: { clouds } });
  }

  #cloud(accountId: string): CloudState {
    return this.#picture.gateway.clouds[accountId] ?? UNKNOWN;
  }

  #write(accountId: string, cloud: CloudState): void {
    const answered = this.answers(accountId);
    this.#picture.update({ gateway: { clouds: { ...this.#picture.gateway.clouds, [accountId]: cloud } } });
    if (this.answers(accountId) !== answered) this.#onTurn();
  }

  #name(accountId: string): string {
    return this.#picture.account(accountId)?.name ?? accountId;
  }
}

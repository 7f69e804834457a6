import type { DeviceView } from "../../../src/simulator/devices/device-model.ts";
import type { LivePicture } from "../../../src/state/live-picture.ts";
import type { Change } from "../../../src/state/picture.ts";
import type { ManualClock } from "../../clock.ts";
import type { Arrival, Witness } from "./cloud.ts";
import { CommandJudge } from "./command-judge.ts";
import type { LockCounts } from "./command-judge.ts";
import { DeviceJudge } from "./device-judge.ts";
import { Reports } from "./reports.ts";

/**
 * Sees everything that goes to the cloud and comes back, and every change of the picture, and keeps the first promise
 * that is broken.
 */
export class LockJudge implements Witness {
  readonly counts: LockCounts = {
    commands: 0,
    sent: 0,
    confirmed: 0,
    refused: 0,
    offline: 0,
    unconfirmed: 0,
    superseded: 0,
    joined: 0,
    reads: 0,
  };
  #broken: Error | null = null;
  #picture: LivePicture | null = null;
  #numbers = 0;
  readonly #numberOf = new WeakMap<Arrival, number>();
  readonly #reports = new Reports();
  readonly #commands: CommandJudge;
  readonly #devices: DeviceJudge;
  /** The gateway stops: everything ends at once. */
  stopping = false;
  /** Is there a token to be had at once for the account? */
  tokenAtHand: (account_id: string) => boolean = () => true;

  constructor(clock: ManualClock) {
    const onBroken = (promise: string): void => this.break(promise);
    this.#commands = new CommandJudge({
      clock,
      counts: this.counts,
      reports: this.#reports,
      onBroken,
      tokenAtHand: (account_id) => this.tokenAtHand(account_id),
      isStopping: () => this.stopping,
    });
    this.#devices = new DeviceJudge(this.#reports, onBroken);
  }

  /** Watches this picture from now on, and no other. */
  watch(picture: LivePicture): () => void {
    this.#picture = picture;
    this.#commands.clear();
    this.#devices.clear();
    this.#reports.clear();
    return picture.subscribe((change) => this.#picture === picture && this.#see(picture, change));
  }

  /** Keeps the first broken promise: whoever broke it may be deep inside the gateway, which would catch it. */
  break(promise: string): void {
    this.#broken ??= new Error(promise);
  }

  /** @throws Error that names the promise that was broken */
  check(): void {
    this.#commands.checkDeadlines();
    if (this.#broken) throw this.#broken;
  }

  /** Everything is quiet: the picture must be the cloud's truth, and nothing under way. */
  checkQuiet(devices: readonly DeviceView[]): void {
    if (this.#picture === null) return;
    this.#devices.checkQuiet(this.#picture, devices);
    this.check();
  }

  onAsked(arrival: Arrival): void {
    const number = ++this.#numbers;
    this.#numberOf.set(arrival, number);
    if (arrival.action === "Query") this.counts.reads += 1;
    if (arrival.action === "Command") this.#commands.onSent(this.#picture, arrival, number);
  }

  onActed(arrival: Arrival, payload: unknown): void {
    this.#commands.onActed(arrival, payload);
  }

  onTokenRefused(arrival: Arrival): void {
    this.#commands.onTokenRefused(arrival);
  }

  onAnswered(arrival: Arrival, payload: unknown): void {
    this.#reports.hear(this.#numberOf.get(arrival) ?? 0, payload);
  }

  #see(picture: LivePicture, { set }: Change): void {
    for (const command of set.commands ?? []) this.#commands.see(picture, command, this.#numbers);
    for (const device of set.devices ?? []) this.#devices.see(device);
    this.#devices.seeTransitions(picture);
  }
}

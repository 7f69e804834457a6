import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { CommandName, CommandOutcome, CommandState, LockState, LockTransition } from "../state/picture.ts";
import type { UtecClient } from "./client.ts";
import { CloudProblem } from "./cloud-problem.ts";
import type { CommandRequest } from "./command-door.ts";
import type { Poller } from "./poller.ts";
import type { DeviceReport } from "./states.ts";

/** When a command's outcome is looked for, in milliseconds. */
export interface Confirmation {
  /** The pauses before the first reads. */
  readonly pausesMs: readonly number[];
  /** The pause before every later one. */
  readonly thenMs: number;
  /** From the request to the end of waiting. */
  readonly withinMs: number;
}

/**
 * The cloud announces lock and unlock within 20 s; in the field the new state has been seen 30 to 40 s late, so that an
 * old state is no contradiction until the end.
 */
const CONFIRMATION: Confirmation = {
  pausesMs: [1000, 1000, 2000, 3000, 5000, 8000],
  thenMs: 5000,
  withinMs: 45_000,
};

export interface CommandRunOptions {
  readonly client: UtecClient;
  readonly poller: Poller;
  readonly picture: LivePicture;
  readonly clock: Clock;
  readonly log: Log;
  readonly confirmation?: Confirmation;
}

/** The commands that are carried out. */
export type BoltCommand = Extract<CommandName, "lock" | "unlock">;

const WANTED: Readonly<Record<BoltCommand, LockState>> = { lock: "locked", unlock: "unlocked" };
const TITLES: Readonly<Record<BoltCommand, string>> = { lock: "Lock", unlock: "Unlock" };
const TRANSITIONS: Readonly<Record<BoltCommand, LockTransition>> = { lock: "locking", unlock: "unlocking" };

/** One command from the request to its end: waits its turn, is sent once, and is read after until its outcome is known. */
export class CommandRun {
  readonly id: string;
  readonly deviceId: string;
  readonly name: BoltCommand;
  readonly #options: CommandRunOptions;
  readonly #confirmation: Confirmation;
  readonly #accepting = Promise.withResolvers<CommandState>();
  readonly #ending = Promise.withResolvers<CommandState>();
  /** Aborts at the deadline and when the gateway stops. */
  readonly #over = new AbortController();
  #record: CommandState;

  constructor(options: CommandRunOptions, id: string, name: BoltCommand, request: CommandRequest) {
    this.#options = options;
    this.#confirmation = options.confirmation ?? CONFIRMATION;
    this.id = id;
    this.deviceId = request.device_id;
    this.name = name;
    const requestedAt = options.clock.now();
    this.#record = {
      id,
      device_id: request.device_id,
      name,
      args: request.args ?? {},
      origin: request.origin,
      requested_at: requestedAt,
      sent_at: null,
      accepted_at: null,
      deadline_at: requestedAt + this.#confirmation.withinMs,
      ended_at: null,
      took_ms: null,
      outcome: null,
      error: null,
    };
  }

  get underWay(): boolean {
    return this.#record.ended_at === null;
  }

  /** The record once the cloud has accepted the command. Rejects with the Problem if it did not. */
  get accepted(): Promise<CommandState> {
    return this.#accepting.promise;
  }

  /** The record at the end. Never rejects. */
  get ended(): Promise<CommandState> {
    return this.#ending.promise;
  }

  /** Lives the command's life; resolves at its end. @param turn resolves when the command before this one has ended */
  async run(turn: Promise<unknown> | undefined): Promise<void> {
    const { clock, picture } = this.#options;
    const requestedAt = clock.monotonic();
    picture.update({ commands: [this.#record] });
    let problem: Problem | null;
    try {
      await turn;
      this.#mustBeWanted(requestedAt);
      problem = await this.#perform();
    } catch (error) {
      problem = this.#asProblem(error);
    }
    this.#end(problem, requestedAt);
  }

  /** Ends the waiting now. */
  stop(): void {
    this.#over.abort();
  }

  /** Nobody expects a door to move long after having asked for it. */
  #mustBeWanted(requestedAt: number): void {
    const { clock } = this.#options;
    const late = clock.monotonic() - requestedAt >= this.#confirmation.withinMs;
    if (!late && !this.#over.signal.aborted) return;
    const why = late ? "the command before it took too long" : "the gateway stopped";
    throw new Problem("command_expired", `"${this.#deviceName()}" was not asked to ${this.name}: ${why}. Try again.`, {
      retryable: true,
    });
  }

  /** Sends the command and finds out what became of it; null is confirmed. @throws Problem when it was not accepted */
  async #perform(): Promise<Problem | null> {
    const { client, clock, picture, poller } = this.#options;
    const route = poller.route(this.deviceId);
    if (!route) throw new Problem("device_not_found", `There is no device ${this.deviceId}; look for devices again.`);

    const { withinMs } = this.#confirmation;
    const before = picture.device(this.deviceId)?.lock_state;
    this.#record = { ...this.#record, sent_at: clock.now(), deadline_at: clock.now() + withinMs };
    const cancelDeadline = clock.after(withinMs, () => this.#over.abort());
    try {
      const { signal } = this.#over;
      const command = { capability: "st.lock", name: this.name };
      const said = await client.command(route.accountId, route.target, command, signal);
      if (said) poller.reported(route.accountId, said);
      if (said?.error) return this.#refusal(said.error);
      this.#accept();
      return said && this.#shows(said) ? null : await this.#confirm(this.#confirmation.pausesMs, before);
    } catch (error) {
      if (!(error instanceof CloudProblem) || !error.mayHaveActed) throw error;
      // The answer is lost, and sending again could move the door twice: only the state can tell now.
      return await this.#confirm([0, ...this.#confirmation.pausesMs], before);
    } finally {
      cancelDeadline();
    }
  }

  #accept(): void {
    const { clock, picture } = this.#options;
    this.#record = { ...this.#record, accepted_at: clock.now() };
    const device = picture.device(this.deviceId);
    picture.update({
      commands: [this.#record],
      ...(device ? { devices: [{ ...device, transition: TRANSITIONS[this.name] }] } : {}),
    });
    this.#accepting.resolve(this.#record);
  }

  /** Reads the device until it shows what was wanted; null then, and what is to say when the time is over. */
  async #confirm(pausesMs: readonly number[], before: LockState | null | undefined): Promise<Problem | null> {
    const { clock, picture, poller } = this.#options;
    const { signal } = this.#over;
    for (let read = 0; !signal.aborted; read += 1) {
      try {
        await sleep(clock, pausesMs[read] ?? this.#confirmation.thenMs, signal);
        const report = await unlessAborted(poller.read(this.deviceId), signal);
        if (report && this.#shows(report)) return null;
        if (report?.lockState === "jammed" && before !== "jammed") break;
      } catch (error) {
        if (!signal.aborted && !(error instanceof Problem)) throw error;
      }
    }
    return picture.device(this.deviceId)?.online === false
      ? new Problem("device_offline", `"${this.#deviceName()}" went offline before it confirmed; look at the door.`, {
          retryable: true,
        })
      : new Problem("command_unconfirmed", this.#unconfirmed(), { retryable: true });
  }

  /** What an offline device is said to be is the cloud's memory of it, which confirms nothing. */
  #shows(report: DeviceReport): boolean {
    return report.lockState === WANTED[this.name] && report.online !== false;
  }

  #refusal(error: { readonly code: string; readonly message: string }): Problem {
    const name = this.#deviceName();
    return error.code.toUpperCase() === "DEVICE_OFFLINE"
      ? new Problem(
          "device_offline",
          `"${name}" is offline; check its power and its WiFi, or go and turn it by hand.`,
          {
            retryable: true,
          },
        )
      : new Problem(
          "command_refused",
          `The cloud refused to ${this.name} "${name}": ${error.message} (${error.code}).`,
        );
  }

  #unconfirmed(): string {
    const device = this.#options.picture.device(this.deviceId);
    const hint =
      device?.lock_mode === "passage"
        ? " It is in passage mode, in which it ignores commands."
        : " Look at the door before you try again.";
    return `"${this.#deviceName()}" did not confirm that it is ${WANTED[this.name]}; the cloud says ${device?.lock_state ?? "nothing"}.${hint}`;
  }

  #asProblem(error: unknown): Problem {
    if (error instanceof Problem) return error;
    this.#options.log.error("A command failed by a fault of the gateway.", {
      command: this.name,
      device_id: this.deviceId,
      error,
    });
    return new Problem("internal", `The gateway failed to ${this.name} "${this.#deviceName()}"; its log says why.`);
  }

  #end(problem: Problem | null, requestedAt: number): void {
    const { clock, log, picture, poller } = this.#options;
    const outcome = outcomeOf(problem);
    const took_ms = Math.round(clock.monotonic() - requestedAt);
    this.#record = {
      ...this.#record,
      ended_at: clock.now(),
      took_ms,
      outcome,
      error: problem && { code: problem.code, message: problem.message },
    };
    const device = picture.device(this.deviceId);
    picture.update({
      commands: [this.#record],
      ...(device ? { devices: [{ ...device, transition: null }] } : {}),
    });
    const { kind, name } = this.#record.origin;
    log[problem ? "warn" : "info"](`${TITLES[this.name]} ${outcome}.`, {
      device: this.#deviceName(),
      command_id: this.id,
      by: name === null ? kind : `${kind}: ${name}`,
      took_ms,
      ...(problem ? { code: problem.code, reason: problem.message } : {}),
    });
    if (problem) this.#accepting.reject(problem);
    else this.#accepting.resolve(this.#record);
    this.#ending.resolve(this.#record);
    poller.soon(this.deviceId);
  }

  #deviceName(): string {
    return this.#options.picture.device(this.deviceId)?.name ?? this.deviceId;
  }
}

/** `refused` is everything after which it is certain that the lock was not moved. */
function outcomeOf(problem: Problem | null): CommandOutcome {
  if (problem === null) return "confirmed";
  if (problem.code === "device_offline") return "offline";
  return problem.code === "command_unconfirmed" || problem.code === "internal" ? "unconfirmed" : "refused";
}

/** `promise`, or a rejection as soon as `signal` aborts. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

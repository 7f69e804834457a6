import { sleep } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import { DEVICE_COMMANDS } from "../../state/device-commands.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { CommandArguments, CommandName, CommandOrigin, CommandState, LockState } from "../../state/picture.ts";
import type { UtecClient } from "../cloud/client.ts";
import { CloudProblem } from "../cloud/cloud-problem.ts";
import { sameArguments } from "./command-arguments.ts";
import type { CommandRequest } from "./command-api.ts";
import { expired, failed, inPassageMode, notConfirmed, notFound, refused, superseded } from "./command-problem.ts";
import { CommandRecord } from "./command-record.ts";
import { CLOUD_COMMANDS, isShown } from "./command-table.ts";
import type { CloudCommand } from "./command-table.ts";
import { CONFIRMATION, windowMs } from "./confirmation.ts";
import type { Confirmation } from "./confirmation.ts";
import type { Poller } from "../polling/poller.ts";
import { isMemory } from "../reading/states.ts";
import type { DeviceReport } from "../reading/states.ts";
import { unlessAborted } from "./unless-aborted.ts";
import { phrase } from "../../said/phrase.ts";

export interface CommandRunOptions {
  readonly client: UtecClient;
  readonly poller: Poller;
  readonly picture: LivePicture;
  readonly clock: Clock;
  readonly log: Log;
  readonly confirmation?: Partial<Confirmation>;
}

/**
 * One command from the request to its end: waits its turn, is sent once, then the device is read until the outcome is
 * known.
 */
export class CommandRun {
  readonly id: string;
  readonly name: CommandName;
  readonly #options: CommandRunOptions;
  readonly #confirmation: Confirmation;
  readonly #command: CloudCommand;
  readonly #turn = Promise.withResolvers<void>();
  readonly #accepting = Promise.withResolvers<CommandState>();
  readonly #ending = Promise.withResolvers<CommandState>();
  /** Aborts when the time is up and when the gateway stops; before it is sent, also for a newer command. */
  readonly #over = new AbortController();
  readonly #record: CommandRecord;
  /** On the monotonic clock. */
  #sentAt = 0;
  #cancelTimer = (): void => {};

  constructor(options: CommandRunOptions, id: string, request: CommandRequest, args: CommandArguments) {
    this.#options = options;
    this.#confirmation = { ...CONFIRMATION, ...options.confirmation };
    this.id = id;
    this.name = request.name;
    this.#command = CLOUD_COMMANDS[request.name];
    // It may wait for another as long as it may then take itself.
    const longestMs = 2 * this.#windowMs(this.#command.deferredS);
    this.#record = new CommandRecord({ ...options, longestMs }, id, request, args);
  }

  get record(): CommandState {
    return this.#record.state;
  }

  /** False when it has ended, or is about to end without having been sent. */
  get isOpen(): boolean {
    return this.record.ended_at === null && (this.isSent || !this.#over.signal.aborted);
  }

  get isSent(): boolean {
    return this.record.sent_at !== null;
  }

  /** The record once the cloud has accepted the command. Rejects with the Problem if it did not. */
  get accepted(): Promise<CommandState> {
    return this.#accepting.promise;
  }

  /** The record at the end. Never rejects. */
  get ended(): Promise<CommandState> {
    return this.#ending.promise;
  }

  wants(name: CommandName, args: CommandArguments): boolean {
    return this.name === name && sameArguments(this.record.args, args);
  }

  /**
   * Will its outcome be waited for as long as usual, or at least as long as a caller who asks for the same now will
   * wait?
   */
  lastsUntil(deadline_at: number): boolean {
    const from = this.isSent ? this.#sentAt : this.#options.clock.monotonic();
    const isCut = from + this.#windowMs(this.#command.deferredS) > this.#record.deadlineAt;
    return !isCut || this.record.deadline_at >= deadline_at;
  }

  /** It is this command's turn. */
  begin(): void {
    this.#turn.resolve();
  }

  /** A newer command wants something else; only for one that is not sent. */
  giveWay(name: CommandName, args: CommandArguments): void {
    this.#over.abort(superseded(this.#record.named, { ...this.#record.named, name, args }));
  }

  /** Ends the waiting now: what has not been sent never will be, and what has been sent is not followed any further. */
  stop(): void {
    this.#over.abort(expired(this.#record.named, phrase("part_expiry_stopped")));
  }

  /** Carries the command out; resolves at its end. */
  async run(): Promise<void> {
    this.#record.show();
    this.#endAt(this.#record.requestedAt + this.#windowMs(this.#command.deferredS), phrase("part_expiry_before"));
    let problem: Problem | null;
    try {
      await unlessAborted(this.#turn.promise, this.#over.signal);
      problem = await this.#perform();
    } catch (error) {
      problem = this.#asProblem(error);
    }
    this.#end(problem);
  }

  /** Sends the command and finds out the outcome; null is confirmed. @throws Problem when it was not accepted */
  async #perform(): Promise<Problem | null> {
    const { picture, poller } = this.#options;
    await this.#mustNotBeInPassageMode();
    const before = picture.device(this.record.device_id)?.lock_state;
    const { burstMs, patientBurstMs } = this.#confirmation;
    try {
      const { accountId, said } = await this.#send();
      // Most answers only announce how long it may take, which does not concern the picture.
      if (said && (said.error || said.capabilities.length > 0)) poller.reported(accountId, said);
      if (said?.error) return refused(this.#record.named, said.error);
      const deferredS = said?.deferredS ?? this.#command.deferredS;
      this.#accept(deferredS);
      if (said && this.#shows(said)) return null;
      return await this.#confirm(deferredS > this.#command.deferredS ? patientBurstMs : burstMs, before);
    } catch (error) {
      const mayHaveActed = error instanceof CloudProblem ? error.mayHaveActed : this.#over.signal.aborted;
      if (!this.isSent || !mayHaveActed) throw error;
      // The answer is lost, and sending again could move the bolt twice: only the state can tell now.
      return await this.#confirm([0, ...burstMs], before);
    }
  }

  async #send(): Promise<{ accountId: string; said: DeviceReport | null }> {
    const { client, poller } = this.#options;
    const { signal } = this.#over;
    const { capability, cloudName, cloudArguments } = this.#command;
    const route = poller.route(this.record.device_id);
    if (!route) throw notFound(this.record.device_id);
    const { accountId, target } = route;
    const args = cloudArguments?.(this.record.args);
    const command = { capability, name: cloudName, ...(args === undefined ? {} : { arguments: args }) };
    const sending = client.command(accountId, target, command, { signal, onSend: () => this.#leave() });
    const said = await unlessAborted(sending, signal);
    poller.answered(accountId);
    return { accountId, said };
  }

  /** The last moment before it is sent. @throws Problem `command_expired` */
  #leave(): void {
    const { clock } = this.#options;
    const { requested_at, deadline_at } = this.record;
    const usualMs = this.#windowMs(this.#command.deferredS);
    // Timers stand still while the machine sleeps; nobody expects a door to move hours after the request.
    if (clock.now() >= Math.min(deadline_at, requested_at + usualMs))
      throw expired(this.#record.named, phrase("part_expiry_passed"));
    this.#sentAt = clock.monotonic();
    this.#record.sent();
    this.#endAt(this.#sentAt + usualMs);
  }

  /** A lock in passage mode ignores commands; but it may have left it since the last read. */
  async #mustNotBeInPassageMode(): Promise<void> {
    const { picture, poller } = this.#options;
    const { device_id } = this.record;
    if (this.#command.aspect !== "bolt" || picture.device(device_id)?.lock_mode !== "passage") return;
    const { signal } = this.#over;
    try {
      const report = await unlessAborted(poller.read(device_id), signal);
      if (report?.lock_mode !== "passage" || this.#isMemory(report)) return;
    } catch (error) {
      if (signal.aborted || !(error instanceof Problem)) throw error;
      // Not known; if it is still in passage mode, the command ends unconfirmed and says why.
      return;
    }
    throw inPassageMode(this.#record.named);
  }

  #accept(deferredS: number): void {
    this.#endAt(this.#sentAt + this.#windowMs(deferredS));
    this.#record.accepted();
    this.#accepting.resolve(this.record);
  }

  /** Reads the device until it shows what was asked for; null then, otherwise the problem when the time is up. */
  async #confirm(pausesMs: readonly number[], before: LockState | null | undefined): Promise<Problem | null> {
    const { clock, picture, poller } = this.#options;
    const { device_id } = this.record;
    const { signal } = this.#over;
    let answered = false;
    for (let read = 0; !signal.aborted; read += 1) {
      try {
        await sleep(clock, pausesMs[read] ?? this.#confirmation.intervalMs, signal);
        const report = await unlessAborted(poller.read(device_id), signal);
        answered = true;
        if (report && this.#shows(report)) return null;
        this.#record.reported();
        if (report && before !== "jammed" && this.#showsJam(report)) break;
      } catch (error) {
        if (!signal.aborted && !(error instanceof Problem)) throw error;
        // Its account is gone: the device can't be read any more.
        if (error instanceof Problem && error.code === "device_not_found") break;
      }
    }
    return notConfirmed(this.#record.named, picture.device(device_id), answered);
  }

  #shows(report: DeviceReport): boolean {
    return !this.#isMemory(report) && isShown(this.name, this.record.args, report);
  }

  #showsJam(report: DeviceReport): boolean {
    return this.#command.aspect === "bolt" && report.lock_state === "jammed" && !this.#isMemory(report);
  }

  /** What is reported of an offline device is the cloud's memory of it, which confirms nothing. */
  #isMemory(report: DeviceReport): boolean {
    return isMemory(report, this.#options.picture.device(report.id)?.online ?? null);
  }

  #end(problem: Problem | null): void {
    const { log, poller } = this.#options;
    this.#cancelTimer();
    this.#record.ended(problem);
    const { device_id, origin, outcome, took_ms } = this.record;
    log[problem ? "warn" : "info"](`${DEVICE_COMMANDS[this.name].title} ${outcome}.`, {
      device: this.#record.named.deviceName,
      device_id,
      command_id: this.id,
      by: wordsFor(origin),
      took_ms,
      ...(problem ? { code: problem.code, reason: problem.message } : {}),
    });
    if (problem) this.#accepting.reject(problem);
    else this.#accepting.resolve(this.record);
    this.#ending.resolve(this.record);
    if (this.isSent) poller.soon(device_id);
  }

  #asProblem(error: unknown): Problem {
    if (error instanceof Problem) return error;
    const { device_id } = this.record;
    this.#options.log.error("A command failed because of a bug in the gateway.", {
      command: this.name,
      device_id,
      error,
    });
    return failed(this.#record.named);
  }

  /** Sets when the waiting ends, at the latest at the deadline; both on the monotonic clock. */
  #endAt(at: number, why = phrase("part_expiry_up")): void {
    const { clock } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(Math.min(at, this.#record.deadlineAt) - clock.monotonic(), () =>
      this.#over.abort(expired(this.#record.named, why)),
    );
  }

  #windowMs(deferredS: number): number {
    return windowMs(this.#confirmation, deferredS);
  }
}

/** For the log. */
function wordsFor({ kind, name, automation }: CommandOrigin): string {
  return name === null ? kind : `${automation ? "automation" : kind}: ${name}`;
}

import type { Clock } from "../../clock.ts";
import type { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { CommandArguments, CommandState, DeviceState } from "../../state/picture.ts";
import { displayText } from "../reading/display-text.ts";
import type { CommandRequest } from "./command-api.ts";
import { outcomeOf } from "./command-problem.ts";
import type { NamedCommand } from "./command-problem.ts";
import { CLOUD_COMMANDS } from "./command-table.ts";

export interface CommandRecordOptions {
  readonly picture: LivePicture;
  readonly clock: Clock;
  /** The longest that the command may take, including its wait. */
  readonly longestMs: number;
}

/** What the picture shows of a command, from the request to its end, and of its device in the meantime. */
export class CommandRecord {
  readonly #picture: LivePicture;
  readonly #clock: Clock;
  /** On the monotonic clock. */
  readonly requestedAt: number;
  readonly deadlineAt: number;
  #state: CommandState;

  constructor(options: CommandRecordOptions, id: string, request: CommandRequest, args: CommandArguments) {
    const { clock, picture, longestMs } = options;
    this.#picture = picture;
    this.#clock = clock;
    this.requestedAt = clock.monotonic();
    const requested_at = clock.now();
    const latest = requested_at + longestMs;
    const deadline_at = Math.min(latest, request.deadline_at ?? latest);
    this.deadlineAt = this.requestedAt + deadline_at - requested_at;
    this.#state = {
      id,
      device_id: request.device_id,
      name: request.name,
      args,
      origin: { ...request.origin, name: displayText(request.origin.name) },
      requested_at,
      sent_at: null,
      accepted_at: null,
      deadline_at,
      ended_at: null,
      took_ms: null,
      outcome: null,
      error: null,
    };
  }

  get state(): CommandState {
    return this.#state;
  }

  /** For messages about it. */
  get named(): NamedCommand {
    const { device_id, name, args } = this.#state;
    return { deviceName: this.#picture.device(device_id)?.name ?? "The removed device", name, args };
  }

  show(): void {
    this.#picture.update({ commands: [this.#state] });
  }

  sent(): void {
    this.#state = { ...this.#state, sent_at: this.#clock.now() };
    this.show();
  }

  accepted(): void {
    this.#state = { ...this.#state, accepted_at: this.#clock.now() };
    this.#picture.update({ commands: [this.#state], devices: this.#underWay() });
  }

  /** A read has reported the device's state while the command is in progress: it may not be as asked after all. */
  reported(): void {
    const { accepted_at, device_id } = this.#state;
    const isKnown = this.#picture.device(device_id)?.freshness === "fresh";
    if (accepted_at !== null && isKnown) this.#picture.update({ devices: this.#underWay() });
  }

  /** @param problem null is confirmed */
  ended(problem: Problem | null): void {
    const { device_id, accepted_at } = this.#state;
    this.#state = {
      ...this.#state,
      ended_at: this.#clock.now(),
      took_ms: Math.round(this.#clock.monotonic() - this.requestedAt),
      outcome: outcomeOf(problem),
      error: problem && { code: problem.code, message: problem.message },
    };
    const device = this.#picture.device(device_id);
    this.#picture.update({
      commands: [this.#state],
      ...(device && accepted_at !== null ? { devices: [{ ...device, transition: null }] } : {}),
    });
  }

  /** The device as it is shown from now on; a transition that is shown stays until the end. */
  #underWay(): DeviceState[] {
    const device = this.#picture.device(this.#state.device_id);
    const transition = device && CLOUD_COMMANDS[this.#state.name].transition?.(device);
    return device && transition ? [{ ...device, transition }] : [];
  }
}

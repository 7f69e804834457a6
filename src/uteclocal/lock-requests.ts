import type { Clock } from "../clock.ts";
import type { CommandName, CommandState, DeviceState } from "../state/picture.ts";
import type { LivePicture } from "../state/live-picture.ts";
import { Problem } from "../problem.ts";
import type { CommandApi } from "../utec/commands/command-api.ts";
import { Refusal } from "./requests/refusal.ts";

export interface LockRequestParts {
  readonly commands: Pick<CommandApi, "submit" | "ended">;
  readonly picture: Pick<LivePicture, "device">;
  readonly clock: Clock;
  /** Aborts when the gateway stops: then nothing is held any longer. */
  readonly stopping: AbortSignal;
  /** How long an answer is held at most; B and C wait for 10 s. */
  readonly holdMs?: number;
}

export interface LockOutcome {
  readonly device: DeviceState;
  /** False: the cloud has accepted it, and its outcome is still to come. */
  readonly confirmed: boolean;
}

const HOLD_MS = 8000;

/**
 * Sends a command and holds the answer until the cloud has confirmed it: who reads the state right after it then reads the
 * new one. A command that the cloud has not confirmed by then goes on.
 */
export class LockRequests {
  readonly #parts: LockRequestParts;
  readonly #holdMs: number;

  constructor(parts: LockRequestParts) {
    this.#parts = parts;
    this.#holdMs = parts.holdMs ?? HOLD_MS;
  }

  /**
   * @param peer who asks, as the activity shows it
   * @throws Problem as CommandApi.submit, and why a command that was accepted ended otherwise; Refusal 504 where the cloud
   * has not even accepted it by the time that the answer can't be held any longer
   */
  async send(name: CommandName, device_id: string, peer: string): Promise<LockOutcome> {
    const { commands } = this.#parts;
    const deadline = this.#deadline();
    try {
      const submitted = commands.submit({
        device_id,
        name,
        origin: { kind: "uteclocal", name: peer, automation: false },
      });
      const accepted = await Promise.race([submitted, deadline.reached]);
      if (accepted === null) throw notAcceptedYet();
      const ended = accepted.ended_at === null ? commands.ended(accepted.id) : accepted;
      const end = await Promise.race([ended, deadline.reached]);
      if (end !== null) assertConfirmed(end);
      return { device: this.#device(device_id), confirmed: end !== null };
    } finally {
      deadline.cancel();
    }
  }

  /** @throws Problem `device_not_found` for a device that was removed meanwhile */
  #device(id: string): DeviceState {
    const device = this.#parts.picture.device(id);
    if (device === undefined) throw new Problem("device_not_found", `There is no device ${id} any more.`);
    return device;
  }

  #deadline(): { readonly reached: Promise<null>; readonly cancel: () => void } {
    const { clock, stopping } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<null>();
    const onReached = (): void => resolve(null);
    const cancelTimer = clock.after(this.#holdMs, onReached);
    stopping.addEventListener("abort", onReached, { once: true });
    if (stopping.aborted) onReached();
    const cancel = (): void => {
      cancelTimer();
      stopping.removeEventListener("abort", onReached);
    };
    return { reached: promise, cancel };
  }
}

function assertConfirmed({ outcome, error }: CommandState): void {
  if (outcome === "confirmed") return;
  const status = outcome === "unconfirmed" ? 504 : 409;
  throw new Refusal(status, error?.message ?? "The command was not done.");
}

function notAcceptedYet(): Refusal {
  const detail = "The cloud has not answered yet, and the command goes on: look at the door before you try again.";
  return new Refusal(504, detail);
}

import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import type { Random } from "../random.ts";
import type { CommandName, CommandState } from "../state/picture.ts";
import type { CommandDoor, CommandRequest } from "./command-door.ts";
import { CommandRun } from "./command-run.ts";
import type { BoltCommand, CommandRunOptions } from "./command-run.ts";

export interface CommandsOptions extends CommandRunOptions {
  readonly random: Pick<Random, "uuid">;
}

/**
 * The door through which commands go. Each lock has a line of its own: its commands go one after the other, and an
 * equal command joins the last in the line instead of standing behind it. Locks never wait for each other.
 */
export class Commands implements CommandDoor {
  readonly #options: CommandsOptions;
  readonly #log: Log;
  /** By device id: the last in the line. */
  readonly #last = new Map<string, CommandRun>();
  /** By command id, while under way. */
  readonly #runs = new Map<string, CommandRun>();
  #stopped = false;

  constructor(options: CommandsOptions) {
    this.#options = options;
    this.#log = options.log.part("commands");
  }

  async submit(request: CommandRequest): Promise<CommandState> {
    const device = this.#options.picture.device(request.device_id);
    if (!device) {
      throw new Problem("device_not_found", `There is no device ${request.device_id}; look for devices again.`);
    }
    const { name } = request;
    if (device.kind !== "lock" || !isBoltCommand(name)) {
      throw new Problem("command_unsupported", `"${device.name}" cannot be asked to ${name}.`);
    }
    if (this.#stopped) {
      throw new Problem("command_expired", "The gateway is stopping and takes no commands.", { retryable: true });
    }
    const last = this.#last.get(device.id);
    if (last?.underWay && last.name === name) {
      this.#log.debug("A command joins the equal one under way.", { device: device.name, command_id: last.id });
      return last.accepted;
    }
    const id = request.id ?? this.#options.random.uuid();
    const run = new CommandRun({ ...this.#options, log: this.#log }, id, name, request);
    void this.#run(run, last?.ended);
    return run.accepted;
  }

  async ended(command_id: string): Promise<CommandState> {
    const run = this.#runs.get(command_id);
    if (run) return run.ended;
    const command = this.#options.picture.command(command_id);
    if (!command) throw new Problem("command_not_found", `There is no command ${command_id}, or it is long gone.`);
    return command;
  }

  /** Takes no more commands and ends those under way; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const runs = [...this.#runs.values()];
    for (const run of runs) run.stop();
    await Promise.all(runs.map((run) => run.ended));
  }

  async #run(run: CommandRun, turn: Promise<unknown> | undefined): Promise<void> {
    this.#last.set(run.deviceId, run);
    this.#runs.set(run.id, run);
    await run.run(turn);
    this.#runs.delete(run.id);
    if (this.#last.get(run.deviceId) === run) this.#last.delete(run.deviceId);
  }
}

function isBoltCommand(name: CommandName): name is BoltCommand {
  return name === "lock" || name === "unlock";
}

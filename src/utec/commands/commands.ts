import { isDeepStrictEqual } from "node:util";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Random } from "../../random.ts";
import { COMMANDS_KEPT } from "../../state/live-picture.ts";
import type { CommandState } from "../../state/picture.ts";
import { readArguments } from "./command-arguments.ts";
import type { CommandApi, CommandRequest } from "./command-api.ts";
import { LONGEST_COMMAND_ID, assertCommandId } from "./command-id.ts";
import { CommandQueue } from "./command-queue.ts";
import { notFound } from "./command-problem.ts";
import { CommandRun } from "./command-run.ts";
import type { CommandRunOptions } from "./command-run.ts";
import { phrase } from "../../said/phrase.ts";

export interface CommandsOptions extends CommandRunOptions {
  readonly random: Pick<Random, "uuid">;
}

/**
 * Sends commands. Each device has a queue of its own: its commands are sent one after the other, an identical one joins
 * the last in the queue, a newer one takes the place of one that was not sent. Devices never wait for each other.
 */
export class Commands implements CommandApi {
  readonly #options: CommandsOptions;
  readonly #log: Log;
  /** By device id, while not empty. */
  readonly #queues = new Map<string, CommandQueue>();
  /** By command id, while in progress. */
  readonly #runs = new Map<string, CommandRun>();
  /** The callers' ids of commands that joined an identical one, with that one's id; the oldest first. */
  readonly #joined = new Map<string, string>();
  #stopped = false;

  constructor(options: CommandsOptions) {
    this.#options = options;
    this.#log = options.log.part("commands");
  }

  async submit(request: CommandRequest): Promise<CommandState> {
    const { clock, picture, random } = this.#options;
    const { device_id, name } = request;
    const same = this.#repeated(request);
    if (same) return this.#runs.get(same.id)?.accepted ?? same;

    const device = picture.device(device_id);
    if (!device) throw notFound(device_id);
    const args = readArguments(name, request.args ?? {}, device);
    if (this.#stopped) {
      throw new Problem("command_expired", phrase("commands_stopping"), { retryable: true });
    }
    if (request.deadline_at !== undefined && request.deadline_at <= clock.now()) {
      const words = phrase("command_late", { device: device.name });
      throw new Problem("command_expired", words, { field: "deadline_at" });
    }

    const queue = this.#queues.get(device_id) ?? new CommandQueue(() => this.#queues.delete(device_id));
    const equal = queue.join(name, args, request.deadline_at ?? Infinity);
    if (equal) {
      this.#log.debug("A command joins an identical one in progress.", {
        device: device.name,
        device_id,
        command_id: equal.id,
      });
      if (request.id !== undefined) this.#remember(request.id, equal.id);
      return equal.accepted;
    }
    const run = new CommandRun({ ...this.#options, log: this.#log }, request.id ?? random.uuid(), request, args);
    this.#queues.set(device_id, queue);
    this.#runs.set(run.id, run);
    // An earlier command that this id had joined is forgotten.
    this.#joined.delete(run.id);
    queue.add(run);
    void run.run().then(() => this.#runs.delete(run.id));
    return run.accepted;
  }

  find(command_id: string): CommandState | undefined {
    const id = this.#joined.get(command_id) ?? command_id;
    return this.#runs.get(id)?.record ?? this.#options.picture.command(id);
  }

  async ended(command_id: string): Promise<CommandState> {
    const command = this.find(command_id);
    if (!command) {
      const named = command_id.slice(0, LONGEST_COMMAND_ID);
      throw new Problem("command_not_found", phrase("command_unknown", { id: named }));
    }
    return this.#runs.get(command.id)?.ended ?? command;
  }

  /** Accepts no more commands and ends those in progress; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const runs = [...this.#runs.values()];
    for (const run of runs) run.stop();
    await Promise.all(runs.map((run) => run.ended));
  }

  /** The command that already has the caller's id. @throws Problem `bad_request`, `command_id_used` */
  #repeated({ id, device_id, name, args = {} }: CommandRequest): CommandState | undefined {
    if (id === undefined) return undefined;
    assertCommandId(id);
    const known = this.find(id);
    if (!known) return undefined;
    if (known.device_id === device_id && known.name === name && isDeepStrictEqual(known.args, { ...args }))
      return known;
    throw new Problem("command_id_used", phrase("command_id_used"), {
      field: "id",
    });
  }

  #remember(id: string, command_id: string): void {
    this.#joined.set(id, command_id);
    for (const oldest of this.#joined.keys()) {
      if (this.#joined.size <= COMMANDS_KEPT) break;
      this.#joined.delete(oldest);
    }
  }
}

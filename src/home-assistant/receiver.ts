import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { PROBLEM_CODES, Problem } from "../problem.ts";
import type { ProblemCode } from "../problem.ts";
import type { CommandName, CommandState } from "../state/picture.ts";
import { COMMAND_NAMES } from "../state/picture.ts";
import type { CommandApi } from "../utec/commands/command-api.ts";
import { LINK_COMMANDS, targeted } from "./commands/link-commands.ts";
import type { LinkDesks } from "./commands/link-commands.ts";
import type { LinkCommand } from "./messages/events.ts";
import type { CommandEnd, ResultError } from "./messages/messages.ts";
import { phrase } from "../said/phrase.ts";

export interface ReceiverOptions extends LinkDesks {
  readonly commands: Pick<CommandApi, "submit" | "ended">;
  readonly clock: Clock;
  readonly log: Log;
  /** Sends the result of command `id`: confirmed without `error`. Never throws. */
  readonly answer: (id: string, end: CommandEnd) => void;
}

/** How many ids of commands are remembered, so that one that arrives twice is carried out and answered once. */
const IDS_REMEMBERED = 1_000;
/** Devices take one command at a time and within a minute; more than this waiting is a loop in an automation. */
const MOST_RUNNING = 200;

/** Home Assistant gets an answer before it stops waiting, because its own time-out says nothing about the door. */
const ANSWER_MS = 500;

/** Carries out what Home Assistant asks, within one session. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #ids = new Set<string>();
  #running = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /**
   * Starts the command; its result follows when it has ended. A result that comes after Home Assistant has stopped
   * waiting is still sent: it is what happened to the door.
   */
  take(command: LinkCommand): void {
    if (!this.#remember(command.id)) return;
    void this.#carry(command);
  }

  /** From the arrival to the answer. Never rejects. */
  async #carry(command: LinkCommand): Promise<void> {
    const { clock, log, answer } = this.#options;
    const since = clock.monotonic();
    this.#running += 1;
    const end = await this.#do(command).then(
      (data): CommandEnd => (data ? { data } : {}),
      (reason: unknown): CommandEnd => ({ error: this.#asResultError(command, reason) }),
    );
    this.#running -= 1;
    const took_ms = Math.round(clock.monotonic() - since);
    const isLate = took_ms > command.timeout_ms;
    const late = isLate ? ", after Home Assistant had stopped waiting for it" : "";
    // One that succeeded has already been logged, with the name of its door.
    log[end.error || isLate ? "info" : "debug"](`A command from Home Assistant ended${late}.`, {
      command: command.name,
      id: command.id,
      took_ms,
      outcome: end.error?.code ?? "confirmed",
    });
    answer(command.id, end);
  }

  /** @returns the data of the result, where it has some */
  async #do(command: LinkCommand): Promise<object | void> {
    if (this.#running > MOST_RUNNING) {
      throw new Problem("rate_limited", phrase("too_many_commands"), {
        retryable: true,
      });
    }
    const act = LINK_COMMANDS.get(command.name);
    if (act) return act(command, this.#options);
    const { name } = command;
    if (!isCommandName(name)) {
      throw new Problem("command_unsupported", phrase("command_name_unknown", { name }));
    }
    await this.#move(command, name);
  }

  /** Has a device do something, and waits until it has. */
  async #move(command: LinkCommand, name: CommandName): Promise<void> {
    const { user, user_id, automation } = command.context;
    const { clock, commands } = this.#options;
    const accepted = await commands.submit({
      id: command.id,
      device_id: targeted(command, "device_id"),
      name,
      args: command.args,
      deadline_at: clock.now() + command.timeout_ms - ANSWER_MS,
      origin: {
        kind: "home_assistant",
        name: automation ?? user,
        automation: automation !== null,
        ...(user_id === null ? {} : { user_id }),
      },
    });
    const ended = await commands.ended(accepted.id);
    if (ended.outcome !== "confirmed") throw problemOf(ended);
  }

  #asResultError(command: LinkCommand, error: unknown): ResultError {
    if (error instanceof Problem) return { code: error.code, message: error.message, retryable: error.retryable };
    this.#options.log.error("A command from Home Assistant failed unexpectedly.", {
      command: command.name,
      error,
    });
    return {
      code: "internal",
      message: phrase("link_internal"),
      retryable: false,
    };
  }

  /** False when the id was there before. */
  #remember(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= IDS_REMEMBERED) break;
      this.#ids.delete(oldest);
    }
    return true;
  }
}

function isCommandName(name: string): name is CommandName {
  return COMMAND_NAMES.some((known) => known === name);
}

/** Why an accepted command did not end confirmed. */
function problemOf(ended: CommandState): Problem {
  const code = PROBLEM_CODES.find((known) => known === ended.error?.code) ?? codeOf(ended.outcome);
  const message = ended.error?.message ?? phrase("device_unconfirmed");
  return new Problem(code, message, { retryable: code === "device_offline" || code === "command_unconfirmed" });
}

function codeOf(outcome: CommandState["outcome"]): ProblemCode {
  switch (outcome) {
    case "refused":
      return "command_refused";
    case "offline":
      return "device_offline";
    case "superseded":
      return "command_superseded";
    case "confirmed":
    case "unconfirmed":
    case null:
      return "command_unconfirmed";
  }
}

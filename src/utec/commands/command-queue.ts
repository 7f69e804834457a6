import type { CommandArguments, CommandName } from "../../state/picture.ts";
import type { CommandRun } from "./command-run.ts";
import { CLOUD_COMMANDS } from "./command-table.ts";

/**
 * The commands of one device, in the order of their requests. The first is in progress, the others wait for its end; of
 * those that wait there is one for each thing that they move, because the newest request counts.
 */
export class CommandQueue {
  readonly #runs: CommandRun[] = [];
  readonly #onEmpty: () => void;

  /** @param onEmpty called when the last command has left the queue */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  /**
   * The command that an identical one joins instead of waiting behind it: the last in the queue, unless that one's
   * caller waits much less. Commands not sent yet that want something else of the same thing give way first.
   * @param deadline_at until when the caller of the new one will wait
   */
  join(name: CommandName, args: CommandArguments, deadline_at: number): CommandRun | undefined {
    if (!this.#last()?.wants(name, args)) this.#makeWay(name, args);
    const last = this.#last();
    return last?.wants(name, args) && last.lastsUntil(deadline_at) ? last : undefined;
  }

  /** Puts a command at the end, and starts it when it is its turn. */
  add(run: CommandRun): void {
    this.#runs.push(run);
    if (this.#runs.length === 1) run.begin();
    void run.ended.then(() => this.#leave(run));
  }

  #makeWay(name: CommandName, args: CommandArguments): void {
    for (const run of this.#runs) {
      if (run.isOpen && !run.isSent && CLOUD_COMMANDS[run.name].aspect === CLOUD_COMMANDS[name].aspect)
        run.giveWay(name, args);
    }
  }

  #leave(run: CommandRun): void {
    const place = this.#runs.indexOf(run);
    this.#runs.splice(place, 1);
    if (place === 0) this.#runs[0]?.begin();
    if (this.#runs.length === 0) this.#onEmpty();
  }

  #last(): CommandRun | undefined {
    return this.#runs.findLast((run) => run.isOpen);
  }
}

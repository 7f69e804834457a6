import type { CommandState } from "../state/picture.ts";

/** So long after its end a command may still be what has changed a state in a snapshot. */
const RECENT_MS = 60_000;

/**
 * Which commands Home Assistant is told of, so that it can name who asked. In updates those of the page and the API, as
 * they begin and as they end: of its own commands it knows. In a snapshot all, because it may have been restarted.
 */
export class ToldCommands {
  /** The ids of those that it was told of and that have not ended. */
  readonly #running = new Set<string>();

  /** Those of a change that are news. */
  news(commands: readonly CommandState[]): CommandState[] {
    return commands.filter(
      ({ id, origin, ended_at }) => origin.kind !== "home_assistant" && (ended_at !== null || !this.#running.has(id)),
    );
  }

  /** Those of the picture that belong into a snapshot. @param now epoch ms */
  recent(commands: readonly CommandState[], now: number): CommandState[] {
    return commands.filter(({ ended_at }) => ended_at === null || now - ended_at < RECENT_MS);
  }

  /** They have been sent. */
  told(commands: readonly CommandState[]): void {
    for (const { id, ended_at } of commands) {
      if (ended_at === null) this.#running.add(id);
      else this.#running.delete(id);
    }
  }
}

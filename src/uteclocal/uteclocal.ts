import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import type { UteclocalParts, UteclocalServer } from "./server.ts";

/** How long until a port that could not be had is tried again. */
const PORT_AGAIN_MS = 30_000;

/**
 * Stands in for a uteclocal gateway, for the Home Assistant integrations that were made for one: on a port of its own,
 * and only where somebody wants it. What serves it is loaded then.
 */
export class Uteclocal {
  readonly #parts: UteclocalParts;
  readonly #log: Log;
  #server: UteclocalServer | null = null;
  #cancelRetry: () => void = () => {};
  #problem: string | null = null;
  #starting: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: UteclocalParts) {
    this.#parts = parts;
    this.#log = parts.log.part("uteclocal");
  }

  /** Listens where it is wanted. Never rejects: without its port the rest of the gateway runs, and it is tried again. */
  start(): Promise<void> {
    if (this.#parts.settings.compatibility && !this.#stopped) this.#starting = this.#listen();
    return this.#starting;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    await this.#starting;
    const server = this.#server;
    this.#server = null;
    await server?.stop();
  }

  async #listen(): Promise<void> {
    try {
      const port = await this.#open();
      this.#say(null);
      this.#log.info("Programs that know uteclocal are answered.", { port });
    } catch (error) {
      const problem = error instanceof Problem ? error.message : "The port for programs that know uteclocal failed.";
      if (problem !== this.#problem) this.#log.error(problem, { error });
      this.#say(problem);
      if (!this.#stopped) this.#cancelRetry = this.#parts.clock.after(PORT_AGAIN_MS, () => void this.start());
    }
  }

  async #open(): Promise<number> {
    const { UteclocalServer } = await import("./server.ts");
    const server = new UteclocalServer({ ...this.#parts, log: this.#log });
    try {
      const port = await server.start();
      this.#server = server;
      return port;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** On the page and in Home Assistant, until the port is there. */
  #say(problem: string | null): void {
    const { picture } = this.#parts;
    const others = picture.gateway.problems.filter(({ message }) => message !== this.#problem);
    this.#problem = problem;
    const field = "UTEC_GATEWAY_COMPATIBILITY_PORT";
    picture.update({ gateway: { problems: problem === null ? others : [...others, { field, message: problem }] } });
  }
}

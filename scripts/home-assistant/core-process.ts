import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { PythonEnvironment } from "./environment/environment.ts";

export interface CoreProcessOptions {
  /** Home Assistant's configuration folder. */
  readonly folder: string;
  readonly environment: PythonEnvironment;
  /** Set over the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/** `hass` ends with this code when it wants to be started again. */
const RESTART_CODE = 100;
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;
/** How much of the log an error shows. */
const LOG_LINES_SHOWN = 20;

/** Has the kernel send SIGTERM when the starting process ends, however it ends. Linux only; elsewhere it does nothing. */
const END_WITH_PARENT =
  "import ctypes, os, sys; " +
  "getattr(ctypes.CDLL(None), 'prctl', lambda *_: None)(1, 15); os.execv(sys.argv[1], sys.argv[1:])";

/** The process of Home Assistant core: started again when it asks for that, as its container does. */
export class CoreProcess {
  /** What the process writes, over all its starts. */
  readonly logFile: string;
  readonly #options: CoreProcessOptions;
  #child: ChildProcess | undefined;

  constructor(options: CoreProcessOptions) {
    this.#options = options;
    this.logFile = join(options.folder, "core.log");
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  start(): void {
    const { environment, folder, env } = this.#options;
    const log = openSync(this.logFile, "a");
    const hass = [environment.program("hass"), "--config", folder, "--skip-pip", "--log-no-color"];
    const child = spawn(environment.python, ["-c", END_WITH_PARENT, ...hass], {
      stdio: ["ignore", log, log],
      // A process group of its own: Ctrl-C in the terminal is for the one who started it, who then stops it in order.
      detached: true,
      env: { ...process.env, ...environment.env, ...env },
    });
    closeSync(log);
    this.#child = child;
    child.once("exit", (code) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (code === RESTART_CODE) this.start();
    });
  }

  /** Resolves when the running process has ended. */
  async ended(): Promise<void> {
    if (this.#child) await once(this.#child, "exit");
  }

  /** Asks it to stop, and ends it when that takes too long. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const limit = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    await this.#end(child, "SIGTERM");
    clearTimeout(limit);
  }

  async kill(): Promise<void> {
    if (this.#child) await this.#end(this.#child, "SIGKILL");
  }

  /**
   * Asks until there is an answer.
   *
   * @throws Error with the end of the log when the process ends meanwhile, or takes too long
   */
  async until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (this.#child && performance.now() < deadline) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await wait(50);
    }
    const end = this.log().trimEnd().split("\n").slice(-LOG_LINES_SHOWN).join("\n");
    throw new Error(`Home Assistant ${this.#child ? "takes too long" : "ended"} before ${what}:\n${end}`);
  }

  async #end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    this.#child = undefined;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
}

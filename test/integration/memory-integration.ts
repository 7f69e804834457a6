import type { Asker, IntegrationDesk, IntegrationState } from "../../src/integration/integration-state.ts";

/** Home Assistant's folder in memory: nothing is there until it is installed, and a test says what goes wrong. */
export class MemoryIntegration implements IntegrationDesk {
  readonly asked: (readonly [what: "install" | "restart", asker: Asker])[] = [];
  /** Thrown by the next call that acts. */
  fault: Error | null = null;
  #state: IntegrationState = {
    status: "absent",
    installed_version: null,
    bundled_version: "1.2.3",
    installed_by: null,
    restart_needed: false,
    message: "Home Assistant does not have the integration.",
  };

  state(): Promise<IntegrationState> {
    return Promise.resolve(this.#state);
  }

  async install(asker: Asker): Promise<IntegrationState> {
    await this.#ask("install", asker);
    this.#state = {
      ...this.#state,
      status: "installed",
      installed_version: this.#state.bundled_version,
      installed_by: "gateway",
      restart_needed: true,
      message: "The integration is installed: restart Home Assistant.",
    };
    return this.#state;
  }

  async restartHomeAssistant(asker: Asker): Promise<void> {
    await this.#ask("restart", asker);
    this.#state = { ...this.#state, restart_needed: false };
  }

  async #ask(what: "install" | "restart", asker: Asker): Promise<void> {
    await Promise.resolve();
    this.asked.push([what, asker]);
    const { fault } = this;
    this.fault = null;
    if (fault) throw fault;
  }
}

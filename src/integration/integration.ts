import { Problem } from "../problem.ts";
import type { IntegrationDesk, IntegrationState } from "./integration-state.ts";

export interface IntegrationOptions {
  /** The gateway's version, which is that of its copy of the integration. */
  readonly version: string;
}

const NO_FOLDER =
  "The gateway has no way to Home Assistant's configuration folder: install the integration from the Marketplace or HACS.";

/** The integration's files in Home Assistant, and what people may ask for them. */
export class Integration implements IntegrationDesk {
  readonly #options: IntegrationOptions;

  constructor(options: IntegrationOptions) {
    this.#options = options;
  }

  state(): Promise<IntegrationState> {
    return Promise.resolve({
      status: "unavailable",
      installed_version: null,
      bundled_version: this.#options.version,
      installed_by: null,
      restart_needed: false,
      message: NO_FOLDER,
    });
  }

  install(): Promise<IntegrationState> {
    return Promise.reject(new Problem("integration_folder_unusable", NO_FOLDER));
  }

  restartHomeAssistant(): Promise<void> {
    return Promise.reject(new Problem("home_assistant_unreachable", "Restart Home Assistant in its settings."));
  }
}

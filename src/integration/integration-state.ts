import type { Worded } from "../said/said.ts";

/**
 * How the integration's folder in Home Assistant stands, seen from the gateway's own copy:
 *
 * - `absent`: not there; the gateway can put it there.
 * - `installed`: there, and the same files.
 * - `outdated`: there, put there by the gateway and not changed since; the gateway can replace it.
 * - `newer`: there, of a later version: the gateway never goes back by itself.
 * - `unmanaged`: somebody else looks after it, or has changed it: the gateway leaves it alone.
 * - `unavailable`: the gateway can't look or write there.
 */
export type IntegrationStatus = "absent" | "installed" | "outdated" | "newer" | "unmanaged" | "unavailable";

/** Who put the integration there. `hand` is whoever copied or changed files. */
export type Installer = "gateway" | "marketplace" | "hacs" | "git" | "hand";

export interface IntegrationState extends Worded {
  readonly status: IntegrationStatus;
  /** Null where there is none, or none that can be read. */
  readonly installed_version: string | null;
  /** The one that the gateway brings along. */
  readonly bundled_version: string;
  readonly installed_by: Installer | null;
  /** Home Assistant runs something else than what is installed until it is restarted. */
  readonly restart_needed: boolean;
}

/** The Home Assistant that runs, as the link reaches it. */
export interface RunningCore {
  /** The integration's version that it knows; null where it knows none, undefined where it can't be asked. Never rejects. */
  integrationVersion(): Promise<string | null | undefined>;
  /** @throws Problem `home_assistant_unreachable`, `home_assistant_refused` */
  restart(): Promise<void>;
}

/** Who asks, for the log. */
export interface Asker {
  readonly by: string;
  readonly user_name: string | null;
}

/** What people may ask for the integration. */
export interface IntegrationDesk {
  /** Never rejects for what a person can mend: that is said in the state. */
  state(): Promise<IntegrationState>;
  /**
   * Puts the gateway's copy there, or replaces an outdated one. Where it is installed already nothing happens.
   *
   * @throws Problem `integration_not_replaceable`, `integration_folder_unusable`
   */
  install(asker: Asker): Promise<IntegrationState>;
  /**
   * Restarts Home Assistant, which checks its configuration first.
   *
   * @throws Problem `home_assistant_unreachable`, `home_assistant_refused`
   */
  restartHomeAssistant(asker: Asker): Promise<void>;
}

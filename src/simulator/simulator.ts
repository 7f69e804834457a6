import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import type { Random } from "../random.ts";
import { serveCloud } from "./cloud-server.ts";
import type { CloudServerOptions } from "./cloud-server.ts";
import { actionEndpoint } from "./action-endpoint.ts";
import { Control } from "./control/control.ts";
import { controlHttp } from "./control/control-http.ts";
import { CallCounters } from "./call-counters.ts";
import { DEMO } from "./devices/demo.ts";
import type { DeviceDefinition } from "./devices/device-model.ts";
import { Faults } from "./faults/fault.ts";
import { EndpointRouter } from "./endpoint-router.ts";
import { Grants } from "./oauth/grants.ts";
import { GrantsFile } from "./oauth/grants-file.ts";
import { Home } from "./devices/home.ts";
import { Notifications } from "./notifications.ts";
import { authoriseEndpoint } from "./oauth/authorise-endpoint.ts";
import { tokenEndpoint } from "./oauth/token-endpoint.ts";
import { People } from "./oauth/people.ts";
import type { ClientDefinition, UserDefinition } from "./oauth/people.ts";
import { DEFAULT_SETTINGS } from "./settings/cloud-settings.ts";
import type { CloudSettings } from "./settings/cloud-settings.ts";

export interface SimulatorOptions extends CloudServerOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  /** Where grants and tokens are kept over restarts; default: in memory only. */
  readonly grantsFile?: string;
  /** Default: the demo's (`DEMO`), as with users and devices. */
  readonly clients?: readonly ClientDefinition[];
  readonly users?: readonly UserDefinition[];
  readonly devices?: readonly DeviceDefinition[];
  readonly settings?: Partial<CloudSettings>;
}

export interface Simulator {
  readonly url: string;
  /** Has `/authorize` and `/token`. */
  readonly oauthUrl: string;
  /** Has `/action`. */
  readonly apiUrl: string;
  readonly control: Control;
  /** Drops all connections; the grants file is complete at any time. */
  close(): Promise<void>;
}

/**
 * Starts a simulated U-tec cloud: sign-in page, token endpoint, actions, and a control to change it.
 *
 *     const cloud = await startSimulator({ settings: { access_token_life_s: 120 } });
 *     cloud.control.fault({ where: "token", kind: "lost_after" });
 *     await cloud.close();
 *
 * @throws Problem `port_unusable`, `settings_invalid` when the grants file is not one
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = systemClock, random = systemRandom } = options;
  const start = { settings: { ...DEFAULT_SETTINGS, ...options.settings }, devices: options.devices ?? DEMO.devices };
  let current = start.settings;
  const settings = (): CloudSettings => current;
  const setSettings = (next: CloudSettings): void => {
    current = next;
  };

  const counters = new CallCounters();
  const faults = new Faults();
  const people = new People(options.clients ?? [DEMO.client], options.users ?? [DEMO.user]);
  const store = options.grantsFile === undefined ? null : new GrantsFile(options.grantsFile);
  const grants = new Grants({ clock, random, store, counters, settings });
  const home = new Home(start.devices, { clock, settings });
  const notifications = new Notifications();
  const parts = { people, grants, home, notifications, counters, settings };
  const control = new Control({ ...parts, faults, setSettings, start });
  const closing = new AbortController();
  const router = new EndpointRouter({
    clock,
    faults,
    counters,
    settings,
    endpoints: new Map([
      ["/oauth/authorize", { where: "authorise", endpoint: authoriseEndpoint(parts) }],
      ["/oauth/token", { where: "token", endpoint: tokenEndpoint(parts) }],
      ["/api/action", { where: "action", endpoint: actionEndpoint(parts) }],
    ]),
    control: controlHttp(control),
    closing: closing.signal,
  });
  const server = await serveCloud(router, options);
  const { url } = server;

  return {
    url,
    oauthUrl: `${url}/oauth`,
    apiUrl: `${url}/api`,
    control,
    close: () => {
      closing.abort();
      home.close();
      return server.close();
    },
  };
}

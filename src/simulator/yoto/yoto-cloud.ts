import { systemClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import { systemRandom } from "../../random.ts";
import type { Random } from "../../random.ts";
import { jsonReply } from "../call.ts";
import type { Endpoint } from "../call.ts";
import { CallCounters } from "../call-counters.ts";
import { serveCloud } from "../cloud-server.ts";
import type { CloudServerOptions } from "../cloud-server.ts";
import { EndpointRouter } from "../endpoint-router.ts";
import type { PlacedEndpoint } from "../endpoint-router.ts";
import { Faults } from "../faults/fault.ts";
import type { FaultPlace } from "../faults/fault.ts";
import { Grants } from "../oauth/grants.ts";
import { GrantsFile } from "../oauth/grants-file.ts";
import { People } from "../oauth/people.ts";
import type { UserDefinition } from "../oauth/people.ts";
import { DeviceCodes } from "./device-codes.ts";
import { yotoControlHttp } from "./yoto-control-http.ts";
import { YotoControl } from "./yoto-control.ts";
import { activateEndpoint, contentEndpoint, deviceEndpoint, discoveryEndpoint } from "./yoto-endpoints.ts";
import { pathsOf, yotoTokenEndpoint } from "./yoto-endpoints.ts";
import type { YotoParts } from "./yoto-endpoints.ts";
import { sharedSettings, YOTO_SETTINGS } from "./yoto-settings.ts";
import type { YotoSettings } from "./yoto-settings.ts";

/** The demo's client, which is a public one, and who signs in. */
export const YOTO_CLIENT_ID = "yoto-demo-client";
const LISTENER: UserDefinition = {
  id: "5f0c6a1b9e2d4837a6b1c0d9e8f7a6b5",
  first_name: "Robin",
  last_name: "Listener",
  email: "robin@example.test",
};

export interface YotoCloudOptions extends CloudServerOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  /** Where grants and tokens are kept over restarts; default: in memory only. */
  readonly grantsFile?: string;
  readonly settings?: Partial<YotoSettings>;
}

export interface YotoCloud {
  /** Has the endpoints, the page where the code is entered, and the discovery document. */
  readonly url: string;
  readonly control: YotoControl;
  close(): Promise<void>;
}

/**
 * Starts a simulated Yoto cloud: public clients that sign in by a code on another device, refresh tokens that rotate,
 * and grants that are dead when nobody uses them for a day.
 *
 *     const cloud = await startYotoCloud({ settings: { interval_s: 1 } });
 *     cloud.control.enter(user_code);
 *     await cloud.close();
 *
 * @throws Problem `port_unusable`, `settings_invalid` when the grants file is not one
 */
export async function startYotoCloud(options: YotoCloudOptions = {}): Promise<YotoCloud> {
  const { clock = systemClock } = options;
  const closing = new AbortController();
  let where = "";
  const { control, ...parts } = yotoCloud({ ...options, url: () => where });
  const router = new EndpointRouter({
    ...parts,
    clock,
    control: yotoControlHttp(control),
    closing: closing.signal,
  });
  const server = await serveCloud(router, options);
  where = server.url;
  return {
    url: where,
    control,
    close: () => {
      closing.abort();
      return server.close();
    },
  };
}

/** The cloud without a server: what answers where. */
export function yotoCloud({ url, ...options }: Omit<YotoCloudOptions, "host" | "port"> & Pick<YotoParts, "url">) {
  const { clock = systemClock, random = systemRandom, grantsFile } = options;
  const start: YotoSettings = { ...YOTO_SETTINGS, ...options.settings };
  let current = start;
  const settings = (): YotoSettings => current;
  const counters = new CallCounters();
  const faults = new Faults();
  const store = grantsFile === undefined ? null : new GrantsFile(grantsFile);
  const parts: YotoParts = {
    people: new People([{ client_id: YOTO_CLIENT_ID, client_secret: "", redirect_uris: [] }], [LISTENER]),
    grants: new Grants({ clock, random, store, counters, settings: () => sharedSettings(current) }),
    codes: new DeviceCodes({ clock, random, settings }),
    settings,
    url,
  };
  const control = new YotoControl({ ...parts, start, faults, counters, setSettings: (next) => (current = next) });
  return { control, faults, counters, settings, endpoints: endpointsOf(parts) };
}

function endpointsOf(parts: YotoParts): ReadonlyMap<string, PlacedEndpoint> {
  const there = (path: string, isMoved: boolean, where: FaultPlace, endpoint: Endpoint) => {
    const gone: Endpoint = (call) => ({
      ...endpoint(call),
      act: () => jsonReply(404, { message: "Not Found" }, "gone"),
    });
    const current: Endpoint = (call) => (parts.settings().moved === isMoved ? endpoint(call) : gone(call));
    return [path, { where, endpoint: current }] as const;
  };
  return new Map([
    ...[false, true].flatMap((moved) => [
      there(pathsOf({ moved }).device, moved, "device", deviceEndpoint(parts)),
      there(pathsOf({ moved }).token, moved, "token", yotoTokenEndpoint(parts)),
    ]),
    ["/activate", { where: "authorise", endpoint: activateEndpoint(parts) }],
    ["/.well-known/openid-configuration", { where: "authorise", endpoint: discoveryEndpoint(parts) }],
    ["/content/mine", { where: "action", endpoint: contentEndpoint(parts) }],
  ]);
}

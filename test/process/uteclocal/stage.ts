import { expect, vi } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import { DEMO, FRONT_DOOR, READING_LAMP } from "../../../src/simulator/devices/demo.ts";
import type { Simulator, SimulatorOptions } from "../../../src/simulator/simulator.ts";
import { aCloud, aFolder, aGateway, signIn } from "../stage.ts";
import type { Finish } from "../stage.ts";

export const FRONT = FRONT_DOOR.id;

export interface Got {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A gateway process that stands in for a uteclocal gateway, with its cloud and its folder. */
export interface Street {
  readonly cloud: Simulator;
  /** Every text that any gateway here has answered or written. */
  readonly seen: string[];
  readonly gateway: () => GatewayProcess;
  readonly start: () => Promise<GatewayProcess>;
  readonly get: (path: string) => Promise<Got>;
  readonly post: (path: string, body?: object) => Promise<Got>;
}

/** Without a start, and without an account unless `client` says so. */
export async function aStreet(
  onTestFinished: Finish,
  { client = true, ...options }: SimulatorOptions & { readonly client?: boolean } = {},
): Promise<Street> {
  const cloud = await aCloud(onTestFinished, { devices: [READING_LAMP, FRONT_DOOR], ...options });
  const dataFolder = aFolder(onTestFinished);
  const port = await freePort();
  const seen: string[] = [];
  const environment = {
    UTEC_GATEWAY_COMPATIBILITY: "true",
    UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
    UTEC_GATEWAY_COMPATIBILITY_PORT: String(port),
    // Not in the middle of a test by chance.
    UTEC_GATEWAY_POLL_INTERVAL: "600",
    UTEC_GATEWAY_LOG_LEVEL: "trace",
  };
  let running: GatewayProcess | undefined;
  const ask = async (path: string, init?: RequestInit): Promise<Got> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const text = await response.text();
    seen.push(text);
    const type = response.headers.get("content-type");
    return { status: response.status, type, text, body: type === "application/json" ? asObject(text) : {} };
  };
  return {
    cloud,
    seen,
    gateway: () => {
      if (running === undefined) throw new Error("The gateway was not started.");
      return running;
    },
    start: async () => {
      running = await aGateway(onTestFinished, {
        dataFolder,
        cloud,
        ...(client ? { client: DEMO.client } : {}),
        environment: client ? environment : { ...environment, UTEC_GATEWAY_REDIRECT_URI: "" },
        onLog: (line) => seen.push(line),
      });
      await vi.waitFor(() => ask("/health"), { timeout: 20_000, interval: 20 });
      return running;
    },
    get: (path) => ask(path),
    post: (path, body = {}) =>
      ask(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}

/** Signed in, with the states of all devices known. */
export async function aLivedInStreet(onTestFinished: Finish, options: SimulatorOptions = {}): Promise<Street> {
  const street = await aStreet(onTestFinished, options);
  const gateway = await street.start();
  await signIn(gateway, street.cloud);
  await gateway.waitFor(({ devices }) => devices.filter(({ online }) => online === true).length === 2, "the states");
  return street;
}

/** Nothing that must stay secret was answered or logged, ever. */
export function expectNoSecrets({ cloud, seen }: Street): void {
  const grants = cloud.control.grants();
  const secrets = [
    DEMO.client.client_secret,
    ...grants.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token]),
  ];
  const all = seen.join("\n");
  for (const secret of secrets) if (secret) expect(all).not.toContain(secret);
}

/** What an answer says of the front door's bolt: a value, or nothing. */
export function boltIn(got: Got): unknown {
  const { payload } = got.body as {
    payload?: { devices?: { id: string; states?: { name: string; value: unknown }[] }[] };
  };
  const door = payload?.devices?.find(({ id }) => id === FRONT);
  return door?.states?.find(({ name }) => name === "lockState")?.value;
}

function asObject(text: string): Readonly<Record<string, unknown>> {
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

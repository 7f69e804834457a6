import { expect, test } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { DEMO, FRONT_DOOR, READING_LAMP } from "../../../src/simulator/devices/demo.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { A, B, C, json } from "../../import/samples.ts";
import { REDIRECT_URI, aCloud, aFolder } from "../stage.ts";
import type { Finish } from "../stage.ts";
import { aGatewayOn, leave, tokensOf } from "./uteclocal-folder.ts";
import type { Tokens } from "./uteclocal-folder.ts";

const CLIENT = { access_key: DEMO.client.client_id, secret_key: DEMO.client.client_secret };
/** As each generation leaves it, at the addresses that U-tec has for everybody. */
const CONFIGS = {
  A: { ...A, ...CLIENT, redirect_url: REDIRECT_URI },
  B: { ...B, ...CLIENT, redirect_uri: REDIRECT_URI },
  C: { ...C, ...CLIENT, redirect_uri: REDIRECT_URI },
};
type Generation = keyof typeof CONFIGS;

const LOCK_FIRST = { payload: { devices: [{ id: FRONT_DOOR.id, category: "SmartLock" }, { id: READING_LAMP.id }] } };

interface Left {
  readonly cloud: Simulator;
  readonly dataFolder: string;
  readonly config: string;
  readonly fileNow: () => string;
}

/** The old gateway's data folder: its config, with what is said of the tokens that the cloud granted. */
async function aLeftFolder(
  onTestFinished: Finish,
  generation: Generation,
  keep: (tokens: Tokens) => Partial<Tokens> = (tokens) => tokens,
): Promise<Left> {
  const cloud = await aCloud(onTestFinished, { devices: [READING_LAMP, FRONT_DOOR] });
  const dataFolder = aFolder(onTestFinished);
  const kept = { access_token: "", refresh_token: "", ...keep(await tokensOf(cloud)) };
  const config = json({ ...CONFIGS[generation], ...kept });
  return { cloud, dataFolder, config, fileNow: leave(dataFolder, config) };
}

/** Nothing is set but that the gateway stands in for the old one, and where both of them find the simulated cloud. */
async function swapped(onTestFinished: Finish, { cloud, dataFolder }: Left) {
  const port = String(await freePort());
  const gateway = await aGatewayOn(onTestFinished, {
    dataFolder,
    cloud,
    environment: {
      UTEC_GATEWAY_COMPATIBILITY: "true",
      UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
      UTEC_GATEWAY_COMPATIBILITY_PORT: port,
    },
  });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const body: unknown = await response.json();
    return { status: response.status, body };
  };
  return { gateway, get };
}

test.for(["A", "B", "C"] as const)(
  "in the folder of %s the first requests are answered with the lock, nobody having done anything",
  async (generation, { onTestFinished }) => {
    const left = await aLeftFolder(onTestFinished, generation);
    const { gateway, get } = await swapped(onTestFinished, left);
    expect(await get("/health")).toMatchObject({ status: 200, body: { status: "ok", token_valid: true } });
    expect(await get("/api/devices")).toMatchObject({ status: 200, body: LOCK_FIRST });
    await gateway.waitFor(({ accounts: [account] }) => (account?.generation ?? 0) > 1, "the first refresh");
    expect(await get("/health")).toMatchObject({ status: 200, body: { token_valid: true, health: "healthy" } });
    expect(await gateway.stop()).toBe(0);
    expect(left.fileNow()).toBe(left.config);
    const { token, refresh_tokens_reused } = left.cloud.control.counters();
    expect([token["refresh_token"], refresh_tokens_reused]).toEqual([{ ok: 1 }, 0]);
  },
);

test.for([
  ["with an access token that has ended, as A lets it", "A", (tokens: Tokens) => tokens],
  ["with a refresh token alone", "C", ({ refresh_token }: Tokens) => ({ refresh_token })],
] as const)(
  "in a folder %s the first request waits for the refresh",
  async ([, generation, keep], { onTestFinished }) => {
    const left = await aLeftFolder(onTestFinished, generation, keep);
    left.cloud.control.expire();
    const { get } = await swapped(onTestFinished, left);
    expect(await get("/api/devices")).toMatchObject({ status: 200, body: LOCK_FIRST });
    expect(await get("/health")).toMatchObject({ body: { token_valid: true } });
    expect(left.fileNow()).toBe(left.config);
  },
);

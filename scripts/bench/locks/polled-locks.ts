import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import type { DeviceDefinition } from "../../../src/simulator/devices/device-model.ts";
import { manyHomes } from "../../../src/simulator/devices/many-homes.ts";
import { FakeHomeAssistant } from "../../../test/home-assistant-link/fake-home-assistant.ts";
import type { Message } from "../../../test/home-assistant-link/fake-home-assistant.ts";
import { containerRuntime } from "../../processes/container.ts";
import { allow } from "../../processes/sign-in.ts";
import { startCloud } from "../processes/cloud-process.ts";
import type { CloudProcess } from "../processes/cloud-process.ts";
import type { Round } from "../processes/locks-process.ts";
import type { Size } from "./size.ts";
import { percentile } from "../percentile.ts";

/** Medians, in ms. */
export interface Polled {
  readonly tookMs: number;
  readonly cpuMs: number;
  readonly snapshotMs: number;
  /** Of a poll after which every lock's state has changed. */
  readonly changedMs: number;
  readonly changedCpuMs: number;
}

const QUERY = "Uhome.Device/Query";
const MAIN = join(import.meta.dirname, "../processes/locks-process.ts");
const WARM_UP = 5;
const ROUNDS = 15;
const CHANGES = 5;

/** How long a poll of this many locks takes until it is in the picture, and until Home Assistant has it. */
export async function pollLocks({ locks, accounts }: Size): Promise<Polled> {
  await using running = new AsyncDisposableStack();
  const { users, devices } = manyHomes(locks, accounts);
  const [redirectUri = ""] = DEMO.client.redirect_uris;
  const cloud = running.use(await startCloud(redirectUri, ["--locks", String(locks), "--users", String(accounts)]));
  const home = new FakeHomeAssistant();
  await home.start();
  running.defer(() => home.stop());
  const tokens: string[] = [];
  for (const user of users) tokens.push(await accessToken(cloud, redirectUri, user.id));

  const { flags, environment } = containerRuntime();
  const argv = [...flags, MAIN, `${cloud.apiUrl}/action`, home.url, home.token, ...tokens];
  const child = spawn(process.execPath, argv, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...environment },
  });
  const ended = once(child, "exit");
  running.defer(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextRound = async (): Promise<Round> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("The process that polls has ended.");
    return JSON.parse(value) as Round;
  };
  const rounds = async (count: number): Promise<Round[]> => {
    const all: Round[] = [];
    while (all.length < count) all.push(await nextRound());
    return all;
  };

  while ((await nextRound()).fresh < locks);
  await rounds(WARM_UP);
  const calm = await rounds(ROUNDS);

  child.stdin.write("link\n");
  await home.untilReceived("utec_gateway/listen");
  const listened = performance.now();
  await home.until(() => home.of("utec_gateway/snapshot").some((part) => part["part"] === part["parts"]));
  const snapshotMs = performance.now() - listened;

  const changedMs: number[] = [];
  const changedCpuMs: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    await rounds(2);
    const lock_state = change % 2 === 0 ? "Unlocked" : "Locked";
    home.received.length = 0;
    const told = home.until(() => toldOf(home.received, lock_state.toLowerCase()) >= locks).then(() => Date.now());
    await cloud.control.furnish(devices.map((device): DeviceDefinition => ({ ...device, states: { lock_state } })));
    const furnishedAt = Date.now();
    const [first, second] = await rounds(2);
    const toldAt = await told;
    const query = (await cloud.control.calls()).find(({ name, at }) => name === QUERY && at >= furnishedAt);
    changedMs.push(toldAt - (query?.at ?? Number.NaN));
    changedCpuMs.push(Math.max(first?.cpu_ms ?? 0, second?.cpu_ms ?? 0));
  }
  const median = (values: readonly number[]): number => percentile([...values], 0.5);
  return {
    tookMs: median(calm.map(({ took_ms }) => took_ms)),
    cpuMs: median(calm.map(({ cpu_ms }) => cpu_ms)),
    snapshotMs,
    changedMs: median(changedMs),
    changedCpuMs: median(changedCpuMs),
  };
}

/** How many locks Home Assistant was told to be in this state. */
function toldOf(received: readonly Message[], lockState: string): number {
  const ids = new Set<string>();
  for (const message of received) {
    const set = message["set"] as { devices?: unknown } | undefined;
    const devices = (message["devices"] ?? set?.devices ?? []) as { id: string; lock_state: string }[];
    for (const { id, lock_state } of devices) if (lock_state === lockState) ids.add(id);
  }
  return ids.size;
}

/** A token as the cloud hands it out after a consent. */
async function accessToken(cloud: CloudProcess, redirect_uri: string, user: string): Promise<string> {
  const { client_id, client_secret } = DEMO.client;
  const query = { response_type: "code", client_id, redirect_uri, scope: "openapi", state: "bench" };
  const landed = await allow(`${cloud.oauthUrl}/authorize?${new URLSearchParams(query).toString()}`, user);
  const code = new URL(landed).searchParams.get("code") ?? "";
  const body = new URLSearchParams({ grant_type: "authorization_code", client_id, client_secret, redirect_uri, code });
  const answer = await fetch(`${cloud.oauthUrl}/token`, { method: "POST", body });
  const { data } = (await answer.json()) as { data?: { access_token?: string } };
  if (data?.access_token === undefined) throw new Error(`The cloud gave no token: ${answer.status}.`);
  return data.access_token;
}

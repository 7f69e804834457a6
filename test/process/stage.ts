import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { GatewayDidNotStart, startGateway } from "../../scripts/processes/gateway-process.ts";
import type { GatewayProcess, GatewayProcessOptions } from "../../scripts/processes/gateway-process.ts";
import type { AccountState } from "../../src/keeper/account.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/simulator.ts";
import { removeFolder } from "../remove-folder.ts";

/** Nobody listens there: what the cloud redirects to is pasted. */
export const REDIRECT_URI = "http://127.0.0.1:8099/oauth/callback";

/** Takes what is to be done at the end: `onTestFinished` of a test, or what a file keeps for its `afterAll`. */
export type Finish = (end: () => void | Promise<void>) => void;

/** A folder that is gone when the test is. */
export function aFolder(onTestFinished: Finish): string {
  const folder = mkdtempSync(join(tmpdir(), "gateway-process-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** A simulated cloud that does at once what it is told, gone when the test is. */
export async function aCloud(onTestFinished: Finish, options: SimulatorOptions = {}): Promise<Simulator> {
  const cloud = await startSimulator({ ...options, settings: { settle_ms: 0, ...options.settings } });
  onTestFinished(() => cloud.close());
  return cloud;
}

/** A ready gateway process, ended with the test. */
export async function aGateway(onTestFinished: Finish, options: GatewayProcessOptions): Promise<GatewayProcess> {
  const gateway = await startGateway({
    ...options,
    environment: { UTEC_GATEWAY_REDIRECT_URI: REDIRECT_URI, ...options.environment },
  });
  onTestFinished(() => gateway.kill());
  return gateway;
}

/** A gateway with the demo's client at `cloud`. */
export function aGatewayAt(
  cloud: Simulator,
  onTestFinished: Finish,
  options: GatewayProcessOptions,
): Promise<GatewayProcess> {
  return aGateway(onTestFinished, { cloud, client: DEMO.client, ...options });
}

/** Why a gateway did not start: its exit code, and what it said about it. */
export interface Refusal {
  readonly exitCode: number | null;
  /** Everything that it wrote above the level `info`. */
  readonly said: readonly string[];
}

/** Starts a gateway that must not start. */
export async function refusalOf(options: GatewayProcessOptions): Promise<Refusal> {
  try {
    const gateway = await startGateway(options);
    await gateway.kill();
  } catch (error) {
    if (!(error instanceof GatewayDidNotStart)) throw error;
    return { exitCode: error.exitCode, said: complaintsIn(error.output) };
  }
  throw new Error("The gateway started.");
}

/** The start ended with code 2 and one sentence: these things are in it, and after a colon or comma what to do. */
export function expectOneSentence({ exitCode, said }: Refusal, ...words: readonly string[]): void {
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^[A-Z0-9/].+[:,] .+\.$/);
  expect(said[0]).not.toMatch(/\. [A-Z]/);
  for (const word of words) expect(said[0]).toContain(word);
  expect(exitCode).toBe(2);
}

/** What a gateway wrote above the level `info`. */
export function complaintsIn(output: string): string[] {
  return output.trim().split("\n").flatMap(complaint);
}

/** The sentence of a log line in JSON; a line that is none was written for people as it is. */
function complaint(line: string): string[] {
  if (!line.startsWith("{")) return [line];
  const { level, msg } = JSON.parse(line) as { level: string; msg: string };
  return level === "trace" || level === "debug" || level === "info" ? [] : [msg];
}

/** What the cloud's page redirects to when the person allows the account's sign-in. */
export async function callbackOf(
  gateway: GatewayProcess,
  cloud: Simulator,
  account_id: string,
  user_id: string = DEMO.user.id,
): Promise<string> {
  const { url } = await gateway.post<{ url: string }>("api/accounts/authorise", { account_id });
  return cloud.control.allow({ url, user_id });
}

/** Signs the gateway's first account in, with the redirect pasted. */
export async function signIn(gateway: GatewayProcess, cloud: Simulator): Promise<AccountState> {
  const { id } = await gateway.account();
  const callback_url = await callbackOf(gateway, cloud, id);
  return gateway.post<AccountState>("api/accounts/exchange", { account_id: id, callback_url });
}

/** Every file of a folder with its bytes. */
export function contentOf(folder: string): Map<string, string> {
  const names = readdirSync(folder).sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}

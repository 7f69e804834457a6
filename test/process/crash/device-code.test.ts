import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { bundleProcess } from "../../../scripts/build.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import { systemClock } from "../../../src/clock.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { startYotoCloud, YOTO_CLIENT_ID } from "../../../src/simulator/yoto/yoto-cloud.ts";
import type { YotoCloud } from "../../../src/simulator/yoto/yoto-cloud.ts";
import { aCloud, aFolder, aGateway } from "../stage.ts";

const BUNDLED = join(import.meta.dirname, "../../../.cache/crashing-device-code");
const CRASHING = join(BUNDLED, "crashing-gateway.js");
const ID = "0d4b5f0e-2c9a-4c55-8f6e-7b1f0f9a0c01";

beforeAll(() => {
  const entries = ["crashing-gateway", "crashing-worker"];
  const files = entries.map((name) => [name, join(import.meta.dirname, `${name}.ts`)] as const);
  return bundleProcess(Object.fromEntries(files), BUNDLED);
});
afterAll(() => rmSync(BUNDLED, { recursive: true, force: true }));

interface Stage {
  readonly cloud: YotoCloud;
  readonly start: () => Promise<GatewayProcess>;
  /** Once, at this step of the next poll, the gateway is killed. */
  readonly kill: (step: GrantStep) => void;
}

async function aStage(onTestFinished: TestContext["onTestFinished"]): Promise<Stage> {
  const cloud = await startYotoCloud({ settings: { interval_s: 1 } });
  onTestFinished(() => cloud.close());
  const locks = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  addPlayer(dataFolder, cloud.url);
  const order = join(dataFolder, "interruption");
  return {
    cloud,
    start: () =>
      aGateway(onTestFinished, { cloud: locks, dataFolder, entry: CRASHING, environment: { INTERRUPTION: order } }),
    kill: (step) => writeFileSync(order, `SIGKILL refresh ${step}`),
  };
}

/** An account at a cloud whose endpoints are discovered. */
function addPlayer(folder: string, issuer: string): void {
  const vault = Vault.open({ folder, clock: systemClock, random: systemRandom, secrets: new Secrets() });
  const settings = { grant: "device_code", issuer, client_authentication: "none", scope: "offline_access" } as const;
  const client = { client_id: YOTO_CLIENT_ID, client_secret: "", redirect_uri: "" };
  vault.accounts.add({ id: ID, provider: "oauth2", owner: "page", name: "Player", ...client, settings }, Date.now());
  vault.close();
}

const begin = (gateway: GatewayProcess): Promise<AccountState> =>
  gateway.post<AccountState>("api/accounts/device-code", { account_id: ID });

/** The account once it is as wanted, with no hand on anything. */
async function when(gateway: GatewayProcess, is: (account: AccountState) => boolean, what: string): Promise<void> {
  await gateway.waitFor(({ accounts }) => accounts.some((account) => account.id === ID && is(account)), what);
}

const polls = (cloud: YotoCloud) =>
  cloud.control.calls().flatMap(({ name, outcome }) => (name === "device_code" ? [outcome] : []));

describe.concurrent("SIGKILL while a code on another device is asked about", () => {
  test.for<GrantStep>(["read", "decided", "intent_journalled", "answer_journalled", "normalised", "committed"])(
    "after %s: the restarted gateway is signed in, with the code that was entered",
    async (step, { onTestFinished }) => {
      const { cloud, start, kill } = await aStage(onTestFinished);
      const gateway = await start();
      const { device_code } = await begin(gateway);
      cloud.control.enter(device_code?.user_code ?? "");
      kill(step);
      await gateway.ended();
      const again = await start();
      await when(again, ({ status, generation }) => status === "fresh" && generation === 1, "a sign-in");
      await when(again, (account) => account.device_code === null, "no code");
      expect(polls(cloud).filter((outcome) => outcome === "ok")).toHaveLength(1);
      expect(cloud.control.grants()).toMatchObject([{ generation: 1, revoked_at: null }]);
    },
  );

  test("after answered: what came is lost, which is said in words, and another code works", async ({
    onTestFinished,
  }) => {
    const { cloud, start, kill } = await aStage(onTestFinished);
    const gateway = await start();
    const { device_code } = await begin(gateway);
    cloud.control.enter(device_code?.user_code ?? "");
    kill("answered");
    await gateway.ended();
    const again = await start();
    const ended = ({ recent }: AccountState): boolean =>
      recent.at(-1)?.message.includes("start the sign-in again") === true;
    await when(again, (account) => account.device_code === null && ended(account), "the end in words");
    const { device_code: another } = await begin(again);
    cloud.control.enter(another?.user_code ?? "");
    await when(again, ({ status }) => status === "fresh", "a sign-in");
  });
});

test("a code is asked for once, whoever presses twice, and is gone with a sign-out", async ({ onTestFinished }) => {
  const { cloud, start } = await aStage(onTestFinished);
  const gateway = await start();
  const [one, two] = await Promise.all([begin(gateway), begin(gateway)]);
  expect(one.device_code).toEqual(two.device_code);
  expect(cloud.control.codes()).toHaveLength(1);
  expect(await gateway.post<AccountState>("api/accounts/sign-out", { account_id: ID })).toMatchObject({
    device_code: null,
  });
  cloud.control.enter(one.device_code?.user_code ?? "");
  const before = polls(cloud).length;
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(polls(cloud)).toHaveLength(before);
});

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { bundleProcess } from "../../../scripts/build.ts";
import { ApiError } from "../../../scripts/processes/gateway-process.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import type { CloudSettings } from "../../../src/simulator/settings/cloud-settings.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { aCloud, aFolder, aGatewayAt, callbackOf, signIn } from "../stage.ts";

/** As a bundle they start in half the time, and there are very many starts. */
const BUNDLED = join(import.meta.dirname, "../../../.cache/crashing-gateway");
const CRASHING = join(BUNDLED, "crashing-gateway.js");
const ROUNDS = [1, 2, 3] as const;

beforeAll(() => {
  const entries = ["crashing-gateway", "crashing-worker"];
  const files = entries.map((name) => [name, join(import.meta.dirname, `${name}.ts`)] as const);
  return bundleProcess(Object.fromEntries(files), BUNDLED);
});
afterAll(() => rmSync(BUNDLED, { recursive: true, force: true }));

/** A gateway that can be interrupted at any step of a grant, with its cloud and its folder. */
interface Stage {
  readonly cloud: Simulator;
  readonly folder: string;
  /** Starts the gateway on what is there. */
  readonly start: () => Promise<GatewayProcess>;
  /** Once, at the step `point` of the next grant of its kind, the gateway gets this signal. */
  readonly plan: (signal: "SIGKILL" | "SIGTERM", point: Point) => void;
}

type Point = `${"refresh" | "sign_in"} ${GrantStep}`;

/** What the cloud saw of one refresh that was killed, up to the end of the refresh after the restart. */
interface Counted {
  /** New generations. */
  readonly refreshed: number;
  readonly calls: number;
  /** Refresh tokens that came twice. */
  readonly reused: number;
}

const NOT_BEGUN: Counted = { refreshed: 0, calls: 0, reused: 0 };
const CALLED_ONCE: Counted = { refreshed: 1, calls: 1, reused: 0 };
const CALLED_AGAIN: Counted = { refreshed: 1, calls: 2, reused: 1 };

describe.concurrent("SIGKILL in a refresh, three times at each step: the restarted gateway holds the newest token", () => {
  test.for<[GrantStep, string, Counted, Partial<CloudSettings>]>([
    ["read", "nothing was called, and the token stays in use", NOT_BEGUN, {}],
    ["decided", "nothing was called, and the token stays in use", NOT_BEGUN, {}],
    ["intent_journalled", "the call is made at once", CALLED_ONCE, {}],
    [
      "answered",
      "the refresh token is sent once more, which the cloud forgives for a while",
      CALLED_AGAIN,
      { rotation_grace_ms: 30_000 },
    ],
    ["answer_journalled", "no refresh token is sent twice", CALLED_ONCE, {}],
    ["normalised", "no refresh token is sent twice", CALLED_ONCE, {}],
    ["committed", "no refresh token is sent twice", CALLED_ONCE, {}],
  ])("after %s: %s", async ([step, , { refreshed, calls, reused }, settings], { onTestFinished }) => {
    const stage = await aStage(onTestFinished, settings);
    let gateway = await stage.start();
    const { id } = await signIn(gateway, stage.cloud);
    for (const round of ROUNDS) {
      stage.plan("SIGKILL", `refresh ${step}`);
      await expectKilled(gateway, refreshOf(gateway, id));
      gateway = await stage.start();
      await signedIn(gateway, 1 + round * refreshed);
      expectNewestToken(stage, id, { calls: round * calls, reused: round * reused });
    }
    await refreshOf(gateway, id);
    expectNewestToken(stage, id, { calls: 3 * calls + 1, reused: 3 * reused });
  });
});

describe.concurrent("SIGKILL in a sign-in, three times at each step", () => {
  test.for<GrantStep>(["answer_journalled", "normalised", "identified", "committed"])(
    "after %s: the restarted gateway is signed in, and nobody has to sign in again",
    async (step, { onTestFinished }) => {
      const stage = await aStage(onTestFinished);
      const { gateway, id } = await signInsKilled(stage, step, async () => {});
      await refreshOf(gateway, id);
      expectNewestToken(stage, id, { calls: 1, reused: 0 });
    },
  );

  test.for<GrantStep>(["read", "decided", "intent_journalled"])(
    "after %s: the earlier sign-in stays in use, and what was pasted can be pasted again",
    async (step, { onTestFinished }) => {
      const stage = await aStage(onTestFinished);
      await signInsKilled(stage, step, async ({ gateway, id, callback, round }) => {
        await asBeforeSignIn(gateway, round);
        await exchangeOf(gateway, id, callback);
      });
    },
  );

  test("after answered: the earlier sign-in stays in use, the spent code is named, and a new sign-in works", async ({
    onTestFinished,
  }) => {
    const stage = await aStage(onTestFinished);
    await signInsKilled(stage, "answered", async ({ gateway, id, callback, round }) => {
      await asBeforeSignIn(gateway, round);
      await expect(exchangeOf(gateway, id, callback)).rejects.toMatchObject({ status: 422, code: "code_refused" });
      await asBeforeSignIn(gateway, round);
      await signIn(gateway, stage.cloud);
    });
  });
});

describe.concurrent("SIGTERM at each step: the grant is ended, the gateway ends with 0, and the next one has its token", () => {
  test.for(GRANT_STEPS.filter((step) => step !== "identified"))(
    "of a refresh, after %s",
    async (step, { onTestFinished }) => {
      const stage = await aStage(onTestFinished);
      const gateway = await stage.start();
      const { id } = await signIn(gateway, stage.cloud);
      stage.plan("SIGTERM", `refresh ${step}`);
      await expectStopped(gateway, refreshOf(gateway, id), "The token was refreshed.");
      expectNewestToken(stage, id, { calls: 1, reused: 0 });
      await signedIn(await stage.start(), 2);
      expectNewestToken(stage, id, { calls: 1, reused: 0 });
    },
  );

  test.for(GRANT_STEPS)("of a sign-in, after %s", async (step, { onTestFinished }) => {
    const stage = await aStage(onTestFinished);
    const gateway = await stage.start();
    const { id } = await gateway.account();
    const callback = await callbackOf(gateway, stage.cloud, id);
    stage.plan("SIGTERM", `sign_in ${step}`);
    await expectStopped(gateway, exchangeOf(gateway, id, callback), "Signed in.");
    expectNewestToken(stage, id, { calls: 0, reused: 0 });
    await signedIn(await stage.start(), 1);
    expectNewestToken(stage, id, { calls: 0, reused: 0 });
  });
});

test("a stop lets the refresh that is under way end, and the next start has its token", async ({ onTestFinished }) => {
  const cloud = await aCloud(onTestFinished);
  const folder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder: folder });
  const { id } = await signIn(gateway, cloud);
  cloud.control.fault({ where: "token", kind: "slow", delay_ms: 1500 });
  const refresh = refreshOf(gateway, id).catch(() => {});
  await expect.poll(() => cloud.control.counters().token["refresh_token"], { timeout: 5000 }).toEqual({ ok: 1 });
  expect(await gateway.stop()).toBe(0);
  await refresh;
  const again = await aGatewayAt(cloud, onTestFinished, { dataFolder: folder });
  expect(await again.account()).toMatchObject({ status: "fresh", generation: 2 });
  expectNewestToken({ cloud, folder }, id, { calls: 1, reused: 0 });
});

async function aStage(
  onTestFinished: TestContext["onTestFinished"],
  settings: Partial<CloudSettings> = {},
): Promise<Stage> {
  const cloud = await aCloud(onTestFinished, { settings });
  const folder = aFolder(onTestFinished);
  const order = join(folder, "interruption");
  return {
    cloud,
    folder,
    start: () =>
      aGatewayAt(cloud, onTestFinished, {
        dataFolder: folder,
        entry: CRASHING,
        environment: { INTERRUPTION: order },
      }),
    plan: (signal, point) => writeFileSync(order, `${signal} ${point}`),
  };
}

/** A gateway that was started again after it had been killed in a sign-in, and the redirect that was pasted. */
interface KilledSignIn {
  readonly gateway: GatewayProcess;
  readonly id: string;
  readonly callback: string;
  readonly round: number;
}

/** Kills the gateway at `step` of a sign-in, in each round; `mend` is what a person then does until they are signed in. */
async function signInsKilled(
  stage: Stage,
  step: GrantStep,
  mend: (killed: KilledSignIn) => Promise<void>,
): Promise<{ gateway: GatewayProcess; id: string }> {
  let gateway = await stage.start();
  const { id } = await gateway.account();
  for (const round of ROUNDS) {
    const callback = await callbackOf(gateway, stage.cloud, id);
    stage.plan("SIGKILL", `sign_in ${step}`);
    await expectKilled(gateway, exchangeOf(gateway, id, callback));
    gateway = await stage.start();
    await mend({ gateway, id, callback, round });
    await signedIn(gateway, round);
    expectNewestToken(stage, id, { calls: 0, reused: 0 });
  }
  return { gateway, id };
}

/** The gateway died in the middle of what it was asked for. */
async function expectKilled(gateway: GatewayProcess, request: Promise<AccountState>): Promise<void> {
  await expect(request).rejects.not.toBeInstanceOf(ApiError);
  await gateway.ended();
  expect(gateway.child.signalCode).toBe("SIGKILL");
}

/** The stop began in the middle of what it was asked for, and waited until that was done. */
async function expectStopped(gateway: GatewayProcess, request: Promise<AccountState>, done: string): Promise<void> {
  // Whether the answer still reaches the one who asked is not promised.
  await request.catch(() => {});
  expect(await gateway.ended()).toBe(0);
  const said = gateway.records.map(({ message }) => message).filter((one) => one === "Stopping." || one === done);
  expect(said.slice(-2)).toEqual(["Stopping.", done]);
}

/** In the first round nobody has signed in before; later on there is the sign-in of the round before. */
async function asBeforeSignIn(gateway: GatewayProcess, round: number): Promise<void> {
  if (round > 1) return signedIn(gateway, round - 1);
  await gateway.waitFor(
    ({ accounts: [account] }) =>
      account?.status === "sign_in_needed" && account.reason === "never_signed_in" && account.generation === 0,
    "an account that was never signed in",
  );
}

/** Waits until the account is well, with no hand on anything, and the cloud has taken its token. */
async function signedIn(gateway: GatewayProcess, generation: number): Promise<void> {
  await gateway.waitFor(
    ({ accounts: [account], gateway: { clouds } }) =>
      account?.status === "fresh" && account.generation === generation && clouds[account.id]?.online === true,
    `generation ${generation} in use`,
  );
}

/** The vault holds what the cloud handed out last. */
function expectNewestToken(
  { cloud, folder }: Pick<Stage, "cloud" | "folder">,
  accountId: string,
  { calls, reused }: Pick<Counted, "calls" | "reused">,
): void {
  const vault = Vault.join({ folder, random: systemRandom, secrets: new Secrets() });
  const held = vault.tokens.newest(accountId);
  vault.close();
  const grant = cloud.control.grants().at(-1);
  expect(grant).toMatchObject({ revoked_at: null });
  expect([held?.refresh_token, held?.access_token]).toEqual([grant?.refresh_token, grant?.access_token]);
  const { token, refresh_tokens_reused, refreshes_at_once } = cloud.control.counters();
  expect(token["refresh_token"]?.["ok"] ?? 0).toBe(calls);
  expect(refresh_tokens_reused).toBe(reused);
  expect(refreshes_at_once).toBeLessThanOrEqual(1);
}

function refreshOf(gateway: GatewayProcess, account_id: string): Promise<AccountState> {
  return gateway.post<AccountState>("api/accounts/refresh", { account_id });
}

function exchangeOf(gateway: GatewayProcess, account_id: string, callback_url: string): Promise<AccountState> {
  return gateway.post<AccountState>("api/accounts/exchange", { account_id, callback_url });
}

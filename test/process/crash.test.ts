import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { ApiError } from "../../scripts/gateway-process.ts";
import type { GatewayProcess } from "../../scripts/gateway-process.ts";
import type { GrantStep } from "../../src/keeper/grant-world.ts";
import type { AccountState } from "../../src/keeper/account.ts";
import { Vault } from "../../src/keeper/vault.ts";
import { Secrets } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import type { CloudSettings } from "../../src/simulator/settings.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { aCloud, aFolder, aGatewayAt, callbackOf, signIn } from "./stage.ts";

const CRASHING = join(import.meta.dirname, "crashing-gateway.ts");

/** A gateway whose process was killed in the middle of a grant. */
interface Wreck {
  readonly cloud: Simulator;
  readonly folder: string;
  readonly accountId: string;
  /** The redirect that was pasted, when it died in the sign-in. */
  readonly callback: string;
  /** The gateway as people run it, on what was left. */
  readonly restart: () => Promise<GatewayProcess>;
}

describe("SIGKILL in a refresh", () => {
  test.for<GrantStep>(["answer_journalled", "normalised", "committed"])(
    "after %s: the restarted gateway is signed in with the newest token, and no refresh token was sent twice",
    async (step, { onTestFinished }) => {
      const wreck = await killedIn("refresh", step, onTestFinished);
      const gateway = await wreck.restart();
      await signedIn(gateway, 2);
      expectNewestToken(wreck, { calls: 1, reused: 0 });
      await refreshesOnceMore(gateway, wreck, { calls: 2, reused: 0 });
    },
  );

  test("after the intent was journalled: the restarted gateway makes the call at once", async ({ onTestFinished }) => {
    const wreck = await killedIn("refresh", "intent_journalled", onTestFinished);
    expect(wreck.cloud.control.counters().token["refresh_token"]).toBeUndefined();
    await signedIn(await wreck.restart(), 2);
    expectNewestToken(wreck, { calls: 1, reused: 0 });
  });

  test("before the answer was journalled: the refresh token is sent once more, which the cloud forgives for a while", async ({
    onTestFinished,
  }) => {
    const wreck = await killedIn("refresh", "answered", onTestFinished, { rotation_grace_ms: 30_000 });
    await signedIn(await wreck.restart(), 2);
    expectNewestToken(wreck, { calls: 2, reused: 1 });
  });
});

describe("SIGKILL in a sign-in", () => {
  test.for<GrantStep>(["answer_journalled", "identified", "committed"])(
    "after %s: the restarted gateway is signed in, and nobody has to sign in again",
    async (step, { onTestFinished }) => {
      const wreck = await killedIn("sign_in", step, onTestFinished);
      const gateway = await wreck.restart();
      await signedIn(gateway, 1);
      expectNewestToken(wreck, { calls: 0, reused: 0 });
      await refreshesOnceMore(gateway, wreck, { calls: 1, reused: 0 });
    },
  );

  test("after the intent was journalled: what was pasted can be pasted again", async ({ onTestFinished }) => {
    const wreck = await killedIn("sign_in", "intent_journalled", onTestFinished);
    const gateway = await wreck.restart();
    expect(await gateway.account()).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    await paste(gateway, wreck);
    expectNewestToken(wreck, { calls: 0, reused: 0 });
  });

  test("before the answer was journalled: the code is spent, which is said, and a new sign-in works", async ({
    onTestFinished,
  }) => {
    const wreck = await killedIn("sign_in", "answered", onTestFinished);
    const gateway = await wreck.restart();
    await expect(paste(gateway, wreck)).rejects.toMatchObject({ status: 422, code: "code_refused" });
    await signIn(gateway, wreck.cloud);
    await signedIn(gateway, 1);
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
  expectNewestToken({ cloud, folder, accountId: id }, { calls: 1, reused: 0 });
});

/** Starts a gateway, has it killed at `step` of a refresh or of the sign-in, and looks that it really was. */
async function killedIn(
  kind: "refresh" | "sign_in",
  step: GrantStep,
  onTestFinished: TestContext["onTestFinished"],
  settings: Partial<CloudSettings> = {},
): Promise<Wreck> {
  const cloud = await aCloud(onTestFinished, { settings });
  const folder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, {
    dataFolder: folder,
    entry: CRASHING,
    environment: { CRASH_AT: `${kind} ${step}` },
  });
  const { id } = await gateway.account();
  if (kind === "refresh") await signIn(gateway, cloud);
  const callback = kind === "sign_in" ? await callbackOf(gateway, cloud, id) : "";
  const request = kind === "refresh" ? refreshOf(gateway, id) : exchangeOf(gateway, id, callback);
  await expect(request).rejects.not.toBeInstanceOf(ApiError);
  await gateway.ended();
  expect(gateway.child.signalCode).toBe("SIGKILL");
  return {
    cloud,
    folder,
    accountId: id,
    callback,
    restart: () => aGatewayAt(cloud, onTestFinished, { dataFolder: folder }),
  };
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
  { cloud, folder, accountId }: Pick<Wreck, "cloud" | "folder" | "accountId">,
  { calls, reused }: { readonly calls: number; readonly reused: number },
): void {
  const vault = Vault.join({ folder, random: systemRandom, secrets: new Secrets() });
  const held = vault.tokens.newest(accountId);
  vault.close();
  const [grant] = cloud.control.grants();
  expect(grant).toMatchObject({ revoked_at: null });
  expect([held?.refresh_token, held?.access_token]).toEqual([grant?.refresh_token, grant?.access_token]);
  const counters = cloud.control.counters();
  expect(counters.token["refresh_token"]?.["ok"] ?? 0).toBe(calls);
  expect(counters).toMatchObject({ refresh_tokens_reused: reused, codes_reused: 0 });
}

async function refreshesOnceMore(
  gateway: GatewayProcess,
  wreck: Wreck,
  counts: { readonly calls: number; readonly reused: number },
): Promise<void> {
  await refreshOf(gateway, wreck.accountId);
  expectNewestToken(wreck, counts);
}

async function paste(gateway: GatewayProcess, { accountId, callback }: Wreck): Promise<void> {
  await exchangeOf(gateway, accountId, callback);
  await signedIn(gateway, 1);
}

function refreshOf(gateway: GatewayProcess, account_id: string): Promise<AccountState> {
  return gateway.post<AccountState>("api/accounts/refresh", { account_id });
}

function exchangeOf(gateway: GatewayProcess, account_id: string, callback_url: string): Promise<AccountState> {
  return gateway.post<AccountState>("api/accounts/exchange", { account_id, callback_url });
}

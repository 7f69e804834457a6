import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { yotoProvider } from "../../../src/keeper/providers/yoto.ts";
import { startYotoCloud, YOTO_CLIENT_ID } from "../../../src/simulator/yoto/yoto-cloud.ts";
import type { YotoCloud } from "../../../src/simulator/yoto/yoto-cloud.ts";
import { Stage } from "../stage.ts";
import type { StageOptions } from "../stage.ts";

/** Real worker threads on Bree's dates, against the simulated Yoto cloud. */
const FAULTY_WORKER = new URL("./faulty-worker.ts", import.meta.url);
const SOON = { timeout: 20_000, interval: 20 };

let cloud: YotoCloud;
let stage: Stage;
beforeEach(async () => {
  cloud = await startYotoCloud({ settings: { interval_s: 1 } });
});
afterEach(async () => {
  await stage.strike();
  await cloud.close();
});

const account = (): AccountState | undefined => stage.keeper.accounts()[0];
const polls = () => cloud.control.calls().filter(({ name }) => name === "device_code");

/** An account whose code is to be entered. */
async function begun(options: StageOptions = {}): Promise<{ readonly id: string; readonly user_code: string }> {
  stage = await Stage.set({ provider: yotoProvider({ yotoUrl: cloud.url }), ...options });
  const { id } = stage.keeper.addAccount({ provider: "yoto", name: "Player", client_id: YOTO_CLIENT_ID });
  const { device_code } = await stage.keeper.beginDeviceCode(id);
  return { id, user_code: device_code?.user_code ?? "" };
}

async function signedIn(): Promise<void> {
  await vi.waitUntil(() => account()?.status === "fresh", SOON);
  expect(account()).toMatchObject({ generation: 1, refresh_count: 0, device_code: null, last_error: null });
}

describe("a sign-in by a code on another device", () => {
  test("is polled for as often as the cloud wants, until somebody enters the code; no secret reaches the log", async () => {
    const { id, user_code } = await begun();
    const [secret = ""] = cloud.control.codes().map(({ device_code }) => device_code);
    await vi.waitUntil(() => polls().length >= 2, SOON);
    cloud.control.enter(user_code);
    await signedIn();
    expect(polls().map(({ outcome }) => outcome)).not.toContain("slow_down");
    expect(await stage.keeper.refreshNow(id)).toMatchObject({ generation: 2 });
    expect(cloud.control.counters()).toMatchObject({ refresh_tokens_reused: 0, refreshes_at_once: 1 });
    const { access_token, refresh_token } = cloud.control.grants()[0] ?? {};
    for (const word of [secret, access_token, refresh_token]) expect(stage.lines.join("")).not.toContain(word);
  });

  test("asks less often when it is told to", async () => {
    const { user_code } = await begun();
    cloud.control.fault({ where: "token", kind: "answer", status: 400, body: { error: "slow_down" } });
    await vi.waitUntil(() => polls().length === 1, SOON);
    cloud.control.enter(user_code);
    await signedIn();
    const [first, second] = polls();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5900);
  });

  test.each(["lost_before", "html_502", "http_500"] as const)(
    "goes on after a call that ended with %s",
    async (kind) => {
      const { user_code } = await begun();
      cloud.control.enter(user_code);
      cloud.control.fault({ where: "token", kind });
      await signedIn();
      expect(cloud.control.calls()).toContainEqual(expect.objectContaining({ name: "device_code", fault: kind }));
      expect(account()?.recent.map(({ kind }) => kind)).toEqual(["signed_in"]);
    },
  );

  test("ends in words where the person says no, and asks no more", async () => {
    const { user_code } = await begun();
    cloud.control.enter(user_code, "deny");
    await vi.waitUntil(() => account()?.device_code === null, SOON);
    expect(account()).toMatchObject({ status: "sign_in_needed", recent: [{ code: "access_denied" }] });
    expect(polls()).toHaveLength(1);
  });

  test("ends in words when the code was not entered in time", async () => {
    cloud.control.set({ device_code_life_s: 2 });
    await begun();
    await vi.waitUntil(() => account()?.device_code === null, SOON);
    expect(account()).toMatchObject({ status: "sign_in_needed" });
    expect(account()?.recent).toMatchObject([
      { code: "expired_token", message: "The code was not entered in time: start the sign-in again." },
    ]);
  });

  test("survives a worker that crashes with the tokens in its hands: nothing is asked twice", async () => {
    const { user_code } = await begun({ workerFile: FAULTY_WORKER });
    cloud.control.enter(user_code);
    writeFileSync(join(stage.folder, "crash"), "");
    await vi.waitUntil(() => stage.lines.join("").includes("crash"), SOON);
    await signedIn();
    expect(polls().map(({ outcome }) => outcome)).toEqual(["ok"]);
  });

  test("goes on where it was after a stop and a start", async () => {
    const { user_code } = await begun();
    await stage.jobs.stop();
    stage.vault.close();
    await stage.server.stop();
    const { folder } = stage;
    stage = await Stage.set({ provider: yotoProvider({ yotoUrl: cloud.url }), folder });
    stage.keeper.start();
    expect(account()).toMatchObject({ device_code: { user_code } });
    cloud.control.enter(user_code);
    await signedIn();
  });

  test("finds endpoints that have moved in the middle", async () => {
    stage = await Stage.set({ provider: oauth2Provider() });
    const details = { client_id: YOTO_CLIENT_ID, client_authentication: "none", scope: "offline_access" } as const;
    const { id } = stage.keeper.addAccount({
      provider: "oauth2",
      name: "Player",
      grant: "device_code",
      issuer: cloud.url,
      ...details,
    });
    const { device_code } = await stage.keeper.beginDeviceCode(id);
    cloud.control.set({ moved: true });
    cloud.control.enter(device_code?.user_code ?? "");
    await signedIn();
    cloud.control.set({ moved: false });
    expect(await stage.keeper.refreshNow(id)).toMatchObject({ generation: 2 });
  });
});

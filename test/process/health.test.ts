import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { ApiError } from "../../scripts/processes/gateway-process.ts";
import type { GatewayProcess } from "../../scripts/processes/gateway-process.ts";
import type { AccountState } from "../../src/keeper/account.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "./stage.ts";

/** The value of a series, whatever its labels; the first of its name. */
async function metric(gateway: GatewayProcess, series: RegExp): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const line = text.split("\n").find((line) => series.test(line));
  return Number(line?.split(" ").at(-1));
}

async function health(gateway: GatewayProcess): Promise<{ status: number; codes: string[]; warnings: string[] }> {
  const answer = await fetch(`${gateway.url}/health`);
  const body = (await answer.json()) as { problems: { code: string }[]; warnings: { code: string }[] };
  return {
    status: answer.status,
    codes: body.problems.map(({ code }) => code),
    warnings: body.warnings.map(({ code }) => code),
  };
}

test("100 requests for a refresh make one call, which the metrics count where it ran; the next is told to wait", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder: aFolder(onTestFinished) });
  const { id: account_id } = await signIn(gateway, cloud);
  const refresh = (): Promise<AccountState> => gateway.post<AccountState>("api/accounts/refresh", { account_id });
  // A request that comes after the flight has ended is told to wait; none of them makes another call.
  const ends = await Promise.allSettled(Array.from({ length: 100 }, refresh));
  expect(ends.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
  expect(cloud.control.counters().token).toMatchObject({ refresh_token: { ok: 1 } });
  const tooSoon = await refresh().catch((error: unknown) => error);
  expect(tooSoon).toBeInstanceOf(ApiError);
  expect(tooSoon).toMatchObject({ status: 429, code: "rate_limited" });

  expect(await metric(gateway, /^utec_gateway_refreshes_total\{.*outcome="committed"/)).toBe(1);
  expect(await metric(gateway, /^utec_gateway_refresh_duration_seconds_count/)).toBe(1);
  expect(await metric(gateway, /^utec_gateway_refresh_duration_seconds_sum/)).toBeGreaterThan(0);
  expect(await metric(gateway, /^utec_gateway_token_generation/)).toBe(2);
});

test("an incident is the same after a SIGKILL, is not said again, and ends with the recovery", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  const { id: account_id, incident: firstSignIn } = await signIn(gateway, cloud);
  expect(firstSignIn).toMatchObject({ number: 1, kind: "sign_in_needed", closed_at: expect.any(Number) });
  expect(await health(gateway)).toEqual({ status: 200, codes: [], warnings: [] });

  await gateway.post("api/accounts/sign-out", { account_id });
  expect(await health(gateway)).toMatchObject({ status: 503, codes: ["sign_in_needed"] });
  const { incident } = await gateway.account();
  expect(incident).toMatchObject({ number: 2, kind: "sign_in_needed", closed_at: null });
  await gateway.kill();

  const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  expect(await health(again)).toMatchObject({ status: 503, codes: ["sign_in_needed"] });
  expect((await again.account()).incident).toEqual(incident);
  expect(again.output).not.toContain("needs attention");
  const mended = await signIn(again, cloud);
  expect(mended.incident).toEqual({ ...incident, closed_at: expect.any(Number) });
  expect(again.output).toContain("no longer needs attention");
  expect(await health(again)).toEqual({ status: 200, codes: [], warnings: [] });
});

test("with automatic refresh off nobody is called, and the warning stands", async ({ onTestFinished }) => {
  const cloud = await aCloud(onTestFinished, { settings: { access_token_life_s: 3 } });
  const gateway = await aGatewayAt(cloud, onTestFinished, {
    dataFolder: aFolder(onTestFinished),
    environment: { UTEC_GATEWAY_AUTOMATIC_REFRESH: "false" },
  });
  const { expires_at } = await signIn(gateway, cloud);
  expect(await health(gateway)).toEqual({ status: 200, codes: [], warnings: ["paused"] });
  // Past the end, with the poller asking for tokens all the time.
  await pause(4000);
  expect(await gateway.account()).toMatchObject({ status: "paused", reason: "automatic_refresh_off", expires_at });
  expect(cloud.control.counters().token["refresh_token"]).toBeUndefined();
  expect(await health(gateway)).toMatchObject({ warnings: ["token_over", "paused"] });
});

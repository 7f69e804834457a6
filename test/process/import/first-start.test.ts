import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ImportState } from "../../../src/import/import-state.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import { aCloud, aFolder } from "../stage.ts";
import { aGatewayOn, configOf, leave, tokensOf } from "./uteclocal-folder.ts";

test("a folder with uteclocal's config.json: the devices are there without anybody, and so they are after a second start", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const tokens = await tokensOf(cloud);
  const config = configOf(cloud, tokens);
  const fileNow = leave(dataFolder, config);

  const first = await aGatewayOn(onTestFinished, { dataFolder, cloud });
  const { id } = await settled(first);
  expect(await first.get<ImportState>("api/import")).toMatchObject({
    status: "imported",
    generation: "C",
    account_id: id,
    not_taken: [{ key: "token_expires_at" }, { key: "status_poll_interval" }],
  });
  await first.stop();
  expect(fileNow()).toBe(config);
  expectOneRefresh(cloud);

  const second = await aGatewayOn(onTestFinished, { dataFolder, cloud });
  expect(await settled(second)).toMatchObject({ id, generation: 2, refresh_count: 1 });
  expect((await second.state()).accounts).toHaveLength(1);
  await second.stop();
  expect(fileNow()).toBe(config);
  expectOneRefresh(cloud);
  for (const secret of [...Object.values(tokens), DEMO.client.client_secret]) {
    expect(first.output + second.output).not.toContain(secret);
  }
  expect(first.output).toContain("uteclocal's config.json became the account U-tec.");
  expect(second.output).not.toContain("config.json");
});

test("an outage at the first start costs nothing: the locks answer by the access token until the refresh works", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  leave(dataFolder, configOf(cloud, await tokensOf(cloud)));
  cloud.control.fault({ where: "token", kind: "unavailable", times: 2 });
  const gateway = await aGatewayOn(onTestFinished, { dataFolder, cloud });
  await gateway.waitFor(({ devices }) => devices.length > 0, "the devices");
  await settled(gateway);
  expect(cloud.control.counters().refresh_tokens_reused).toBe(0);
});

test("a file with addresses of its own: the account is asked there, whatever the gateway's are", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const nobody = { oauthUrl: "http://127.0.0.1:9", apiUrl: "http://127.0.0.1:9" };
  const dataFolder = aFolder(onTestFinished);
  const folder = aFolder(onTestFinished);
  leave(folder, configOf(cloud, await tokensOf(cloud)));
  const environment = { UTEC_GATEWAY_IMPORT: folder };
  const gateway = await aGatewayOn(onTestFinished, { dataFolder, cloud: nobody, environment });
  expect(await settled(gateway)).toMatchObject({ cloud_user: DEMO.user.id });
});

test.for([
  ["in the data folder", false],
  ["that the setting names", true],
] as const)(
  "a named pipe %s in the file's place does not hold up the start, and is told of",
  async ([, isNamed], { onTestFinished }) => {
    const cloud = await aCloud(onTestFinished);
    const dataFolder = aFolder(onTestFinished);
    const pipe = join(isNamed ? aFolder(onTestFinished) : dataFolder, "config.json");
    // Nobody ever writes into it: who waits for that waits for ever.
    execFileSync("mkfifo", [pipe]);
    const environment = isNamed ? { UTEC_GATEWAY_IMPORT: pipe } : {};
    const gateway = await aGatewayOn(onTestFinished, { dataFolder, cloud, environment });
    expect(await gateway.get<ImportState>("api/import")).toMatchObject({
      status: "failed",
      message: expect.stringContaining("is no file") as string,
    });
  },
);

/** Signed in, refreshed once and with devices. */
async function settled(gateway: GatewayProcess) {
  await gateway.waitFor(
    ({ accounts: [account], devices }) =>
      devices.length > 0 && account?.status === "fresh" && account.generation > 1 && account.cloud_user !== null,
    "the first refresh and the devices",
  );
  return gateway.account();
}

function expectOneRefresh(cloud: Simulator): void {
  const { token, refresh_tokens_reused } = cloud.control.counters();
  expect(token["refresh_token"]).toEqual({ ok: 1 });
  expect(refresh_tokens_reused).toBe(0);
}

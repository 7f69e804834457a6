import { join } from "node:path";
import { expect, test } from "vitest";
import type { ImportOutcome, ImportState } from "../../../src/import/import-state.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "../stage.ts";
import { aGatewayOn, configOf, leave, tokensOf } from "./uteclocal-folder.ts";

test("a config.json beside an account that there is: nothing is imported, offered or overwritten", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  const { id } = await signIn(first, cloud);
  await first.stop();
  const config = configOf(cloud, await tokensOf(cloud));
  const fileNow = leave(dataFolder, config);

  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  expect(await gateway.get<ImportState>("api/import")).toMatchObject({
    status: "waiting",
    source: join(dataFolder, "config.json"),
    account_id: id,
  });
  const refused = gateway.post("api/import", { confirm: true });
  await expect(refused).rejects.toMatchObject({ status: 409, code: "account_exists" });
  expect((await gateway.state()).accounts).toMatchObject([{ id, status: "fresh", generation: 1 }]);
  expect(gateway.records.filter(({ message }) => message.includes("config.json"))).toHaveLength(1);
  expect(cloud.control.counters().token["refresh_token"]).toBeUndefined();
  expect(fileNow()).toBe(config);
});

test("a file that is uploaded becomes a further account when somebody confirms it, and works", async ({
  onTestFinished,
}) => {
  const second = { client_id: "second-client", client_secret: "canary-second-secret" };
  const cloud = await aCloud(onTestFinished, { clients: [DEMO.client, { ...DEMO.client, ...second }] });
  const gateway = await aGatewayOn(onTestFinished, { dataFolder: aFolder(onTestFinished), cloud });
  const file = configOf(cloud, await tokensOf(cloud));
  const { account } = await gateway.post<ImportOutcome>("api/import", { file });
  await gateway.waitFor(({ accounts: [one] }) => (one?.generation ?? 0) > 1, "the first account's refresh");

  const other = JSON.stringify({ access_key: second.client_id, secret_key: second.client_secret, redirect_uri: "" });
  await expect(gateway.post("api/import", { file: other })).rejects.toMatchObject({ code: "import_unconfirmed" });
  const further = await gateway.post<ImportOutcome>("api/import", { file: other, confirm: true });
  expect(further).toMatchObject({ is_new: true, account: { name: "U-tec 2", status: "misconfigured" } });
  const ids = (await gateway.state()).accounts.map(({ id }) => id);
  expect(ids).toEqual([account?.id, further.account?.id]);
  expect(await gateway.post<ImportOutcome>("api/import", { file })).toMatchObject({ is_new: false });
  expect(gateway.output).not.toContain(second.client_secret);
});

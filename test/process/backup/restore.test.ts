import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { FakeHomeAssistant } from "../../home-assistant-link/fake-home-assistant.ts";
import type { Message } from "../../home-assistant-link/fake-home-assistant.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "../stage.ts";

/** The accounts of a snapshot, or those that an update changes. */
function accountsIn(message: Message): readonly AccountState[] {
  const { accounts } = (message["set"] ?? message) as { accounts?: readonly AccountState[] };
  return accounts ?? [];
}

test("a restore of the whole add-on is told by Home Assistant, in the first snapshot and before any call, while the other machine goes on", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const home = new FakeHomeAssistant();
  await home.start();
  onTestFinished(() => home.stop());
  const told = (): AccountState[] => home.received.flatMap(accountsIn);
  const environment = { HOME_ASSISTANT_URL: home.url, HOME_ASSISTANT_TOKEN: home.token };

  const dataFolder = aFolder(onTestFinished);
  const first = await aGatewayAt(cloud, onTestFinished, { dataFolder, environment });
  const { id: account_id } = await signIn(first, cloud);
  await first.kill();
  const backup = aFolder(onTestFinished);
  cpSync(dataFolder, backup, { recursive: true });
  rmSync(join(backup, "gateway.generations"), { force: true });

  const later = await aGatewayAt(cloud, onTestFinished, { dataFolder, environment });
  await later.post("api/accounts/refresh", { account_id });
  await home.until(() => told().at(-1)?.generation === 2);
  const { generation, last_success_at } = told().at(-1) ?? {};
  home.remembered = { generations: { [account_id]: generation }, last_success_at: { [account_id]: last_success_at } };

  const calls = cloud.control.counters().token;
  const hellos = home.of("utec_gateway/snapshot").length;
  const restored = await aGatewayAt(cloud, onTestFinished, { dataFolder: backup, environment });
  const snapshot = (await home.untilReceived("utec_gateway/snapshot", hellos + 1)).at(-1);
  const expected = { id: account_id, status: "sign_in_needed", reason: "restored_backup", generation: 2 };
  expect(snapshot && accountsIn(snapshot)).toMatchObject([expected]);
  expect(await restored.account()).toMatchObject(expected);
  expect(cloud.control.counters().token).toEqual(calls);

  // The machine that the backup was made on has gone on all the while.
  expect(await later.account()).toMatchObject({ id: account_id, status: "fresh", generation: 2 });

  expect(await signIn(restored, cloud)).toMatchObject({ status: "fresh", generation: 3 });
  await home.until(() => told().at(-1)?.generation === 3);
});

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProcess } from "../../../scripts/build.ts";
import { launchGateway } from "../../../scripts/processes/gateway-process.ts";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import { aCloud, aFolder } from "../stage.ts";
import { aGatewayOn, configOf, leave, tokensOf } from "./uteclocal-folder.ts";

const BUNDLED = join(import.meta.dirname, "../../../.cache/killed-import");
const CRASHING = join(BUNDLED, "crashing-gateway.js");

beforeAll(() => {
  const entries = ["crashing-gateway", "crashing-worker"];
  const files = entries.map((name) => [name, join(import.meta.dirname, `../crash/${name}.ts`)] as const);
  return bundleProcess(Object.fromEntries(files), BUNDLED);
});
afterAll(() => rmSync(BUNDLED, { recursive: true, force: true }));

describe("SIGKILL in the refresh that follows the import", () => {
  // After `answered` only the cloud has the new token: what then is held of any refresh (test/process/crash).
  test.for(GRANT_STEPS.filter((step) => step !== "answered" && step !== "identified"))(
    "after %s: the refresh token of the file is sent once in all, and the account is signed in",
    async (step, { onTestFinished }) => {
      const cloud = await aCloud(onTestFinished);
      const dataFolder = aFolder(onTestFinished);
      const config = configOf(cloud, await tokensOf(cloud));
      const fileNow = leave(dataFolder, config);
      const order = join(dataFolder, "interruption");
      writeFileSync(order, `SIGKILL refresh ${step}`);
      const options = { dataFolder, cloud, entry: CRASHING, environment: { INTERRUPTION: order } };
      const killed = launchGateway(options);
      await expect.poll(() => killed.child.signalCode, { timeout: 20_000 }).toBe("SIGKILL");

      const again = await aGatewayOn(onTestFinished, options);
      await again.waitFor(
        ({ accounts: [account, ...others] }) =>
          others.length === 0 && account?.status === "fresh" && account.generation === 2,
        "the refreshed account",
      );
      const { token, refresh_tokens_reused } = cloud.control.counters();
      expect({ refreshes: token["refresh_token"], refresh_tokens_reused }).toEqual({
        refreshes: { ok: 1 },
        refresh_tokens_reused: 0,
      });
      expect(fileNow()).toBe(config);
    },
  );
});

test("SIGKILL at any moment of the first start leaves no half account: the next one is signed in", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished, { settings: { rotation_grace_ms: 60_000 } });
  const dataFolder = aFolder(onTestFinished);
  leave(dataFolder, configOf(cloud, await tokensOf(cloud)));
  for (let delayMs = 0; delayMs <= 600; delayMs += 60) {
    const killed = launchGateway({ dataFolder, cloud, entry: CRASHING });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await killed.kill();
  }
  const gateway = await aGatewayOn(onTestFinished, { dataFolder, cloud, entry: CRASHING });
  await gateway.waitFor(
    ({ accounts, devices }) => accounts.length === 1 && accounts[0]?.status === "fresh" && devices.length > 0,
    "one account with its devices",
  );
});

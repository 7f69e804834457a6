import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { brokerLine, startOtherClouds } from "../../../scripts/processes/other-clouds.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "../stage.ts";

/** As `npm run demo -- --all-clouds` has them. */
test("accounts of four simulated clouds have lives side by side, and a printed curl line reads one of them, over a restart", async () => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const others = await startOtherClouds({ folder: dataFolder, tokenLifeS: 20 });
  onTestFinished(() => others.close());
  const port = await freePort();
  const environment = { ...others.environment, UTEC_GATEWAY_BROKER_PORT: String(port) };
  const start = () => aGatewayAt(cloud, onTestFinished, { dataFolder, environment });

  const gateway = await start();
  await signIn(gateway, cloud);
  await others.signIn(gateway);
  await gateway.waitFor(({ accounts }) => accounts.filter(({ status }) => status === "fresh").length === 4, "4 tokens");
  const { accounts } = await gateway.state();
  expect(accounts.map(({ provider }) => provider)).toEqual(["utec", "yoto", "watttime", "login"]);
  const withShortLives = accounts.slice(1);
  for (const { obtained_at, expires_at } of withShortLives) {
    expect(Math.abs((expires_at ?? 0) - (obtained_at ?? 0) - 20_000)).toBeLessThan(2_000);
  }
  await gateway.waitFor(
    (state) => state.accounts.slice(1).every(({ refresh_count }) => refresh_count >= 1),
    "a refresh of each",
    40_000,
  );
  expect(await run(await brokerLine(gateway, port))).toMatch(/^\{.*\}$/s);

  await gateway.stop();
  const again = await start();
  await others.signIn(again);
  expect((await again.state()).accounts).toHaveLength(4);
  expect(await run(await brokerLine(again, port))).toMatch(/^\{.*\}$/s);
});

/** In a shell, as a person pastes it; fails where the answer is an error. */
async function run(line: string): Promise<string> {
  return (await promisify(execFile)("sh", ["-c", line.replace("curl ", "curl -sSf ")])).stdout;
}

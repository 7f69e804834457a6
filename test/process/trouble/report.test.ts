import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reportFile } from "../../../src/report/report-file.ts";
import type { Report } from "../../../src/report/report.ts";
import { FRONT_DOOR, GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "../stage.ts";

const DOOR = { ...FRONT_DOOR, name: "Canary's Haustür" };
const GATE = { ...GARDEN_GATE, name: "קנרי gate" };

test.concurrent("a running gateway reports its troubles without a name, an id or a secret, also while its cloud is away and its store is broken", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished, { devices: [DOOR, GATE] });
  const folder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, {
    dataFolder: folder,
    environment: { UTEC_GATEWAY_LOG_LEVEL: "trace" },
  });
  const { id, client_id, cloud_user } = await signIn(gateway, cloud);
  await gateway.waitFor(
    ({ devices }) => devices.length === 2 && devices.every(({ lock_state }) => lock_state !== null),
    "the locks",
  );
  await gateway.post("api/commands", { device_id: DOOR.id, name: "unlock" });
  await gateway
    .post("api/accounts/exchange", {
      account_id: id,
      callback_url: "https://canary-home.example/cb?code=canary-code-1&state=canary-state-1",
    })
    .catch(() => undefined);
  await gateway.waitFor(({ commands }) => commands.some(({ ended_at }) => ended_at !== null), "the command's end");
  cloud.control.fault({ where: "token", kind: "http_500" });
  await gateway.post("api/accounts/refresh", { account_id: id }).catch(() => undefined);
  await cloud.close();
  writeFileSync(join(folder, "activity.db"), "broken");

  const file = reportFile(await gateway.get<Report>("api/report"));
  const grants = cloud.control.grants().flatMap(({ access_token, refresh_token }) => [access_token, refresh_token]);
  const personal = [id, client_id, cloud_user, DOOR.id, GATE.id, DOOR.name, GATE.name, folder, "canary", "קנרי"];
  for (const value of [...grants, ...personal]) {
    if (value === null) continue;
    expect(file.toLowerCase()).not.toContain(value.toLowerCase());
    expect(file).not.toContain(encodeURIComponent(value));
  }
  expect(file).toMatch(/"id":"lock-1","name":"lock-1"/);
  expect(file).toMatch(/INFO {2}commands: Unlock confirmed\. device=lock-1/);
});

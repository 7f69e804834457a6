import { describe, expect, test } from "vitest";
import { healthCheck } from "../../scripts/image/run.ts";
import { freePort } from "../../scripts/processes/free-port.ts";
import { SETTINGS } from "../../src/settings/settings.ts";
import { composeService, environmentWith } from "./examples.ts";
import { aContainer, aDataFolder, missing, theImage } from "./stage.ts";

const service = composeService("compose.yaml");

test("compose.yaml sets what the gateway knows, keeps its data, and starts nothing without a password", () => {
  const known = ["TZ", ...SETTINGS.map(({ variable }) => variable)];
  expect(Object.keys(service.environment).filter((name) => !known.includes(name))).toEqual([]);
  expect(service.volumes).toEqual(["data:/data"]);
  expect(service.ports).toEqual(["8099:8099"]);
  expect(service.read_only).toBe(true);
  expect(() => environmentWith(service, {})).toThrow("Set a password in the file .env");
});

describe.skipIf(missing !== null)("the image with what compose.yaml sets", () => {
  test("is healthy, asks for the password, and stops when it is asked to", async ({ onTestFinished }) => {
    const dataFolder = aDataFolder(onTestFinished);
    const environment = {
      ...environmentWith(service, { UTEC_GATEWAY_PASSWORD: "a-long-password" }),
      // Here the network is this machine's own, not a container's.
      UTEC_GATEWAY_HOST: "127.0.0.1",
      UTEC_GATEWAY_PORT: String(await freePort()),
      UTEC_GATEWAY_LOG_FORMAT: "json",
    };
    const gateway = await aContainer(onTestFinished, { dataFolder, environment });
    expect(await healthCheck(theImage(), { dataFolder, environment })).toBe(0);
    expect((await fetch(`${gateway.url}/api/state`)).status).toBe(401);
    const authorization = `Basic ${Buffer.from("any:a-long-password").toString("base64")}`;
    expect((await fetch(`${gateway.url}/api/state`, { headers: { authorization } })).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
  });
});

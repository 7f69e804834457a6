import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { healthCheck } from "../../scripts/image/run.ts";
import { freePort } from "../../scripts/processes/free-port.ts";
import { SETTINGS } from "../../src/settings/settings.ts";
import { aContainer, aDataFolder, missing, theImage } from "./stage.ts";

interface Compose {
  readonly services: Readonly<
    Record<string, { environment: Record<string, string>; volumes: string[]; ports: string[]; read_only: boolean }>
  >;
}

const { services } = parse(readFileSync(join(import.meta.dirname, "../../compose.yaml"), "utf8")) as Compose;
const service = services["utec-gateway"];

/** The service's environment as compose makes it of what `.env` holds. @throws Error with the file's own sentence */
function environmentWith(own: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service?.environment ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_all, variable: string, sign: string, otherwise: string) => {
        const given = own[variable] ?? "";
        if (given === "" && sign === "?") throw new Error(otherwise);
        return given === "" ? otherwise : given;
      }),
    ]),
  );
}

test("compose.yaml sets what the gateway knows, keeps its data, and starts nothing without a password", () => {
  const known = ["TZ", ...SETTINGS.map(({ variable }) => variable)];
  expect(Object.keys(service?.environment ?? {}).filter((name) => !known.includes(name))).toEqual([]);
  expect(service?.volumes).toEqual(["data:/data"]);
  expect(service?.ports).toEqual(["8099:8099"]);
  expect(service?.read_only).toBe(true);
  expect(() => environmentWith({})).toThrow("Set a password in the file .env");
});

describe.skipIf(missing !== null)("the image with what compose.yaml sets", () => {
  test("is healthy, asks for the password, and stops when it is asked to", async ({ onTestFinished }) => {
    const dataFolder = aDataFolder(onTestFinished);
    const environment = {
      ...environmentWith({ UTEC_GATEWAY_PASSWORD: "a-long-password" }),
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

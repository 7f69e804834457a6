import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { healthCheck } from "../../scripts/image/run.ts";
import { freePort } from "../../scripts/processes/free-port.ts";
import { BUNDLE, SOURCES } from "../../scripts/processes/gateway-process.ts";
import { COMPATIBILITY_SETTINGS } from "../../src/settings/compatibility-settings.ts";
import { SETTINGS } from "../../src/settings/settings.ts";
import { aFolder, aGateway } from "../process/stage.ts";
import { composeService, dockerRun, environmentWith, unitSettings, wordsOf } from "./examples.ts";
import type { Words } from "./examples.ts";
import { aContainer, aDataFolder, missing, theImage } from "./stage.ts";

const PASSWORD = "a-long-password";
const KNOWN = ["TZ", "NODE_ENV", ...SETTINGS.map(({ variable }) => variable)];
const UNIT = "docs/examples/utec-gateway.service";
const root = join(import.meta.dirname, "../..");

const compose = composeService("docs/examples/docker-compose.yaml");
const { options, image } = dockerRun();
const unit = unitSettings(UNIT);
const WAYS: Readonly<Record<string, Words>> = {
  "docker-compose.yaml": environmentWith(compose, { UTEC_GATEWAY_PASSWORD: PASSWORD }),
  "docker-compose.yaml without a password": environmentWith(compose, {}),
  "the docker run line": wordsOf(options.get("--env")),
};

/** As it is set there, but at ports that are free here, and open to this machine alone. */
async function here(environment: Words): Promise<{ readonly environment: Words; readonly oldAddress: string }> {
  const port = await freePort();
  const own: Words = {
    UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
    UTEC_GATEWAY_COMPATIBILITY_PORT: String(port),
    UTEC_GATEWAY_PORT: String(await freePort()),
    UTEC_GATEWAY_LOG_FORMAT: "json",
    ...(environment["UTEC_GATEWAY_HOST"] ? { UTEC_GATEWAY_HOST: "127.0.0.1" } : {}),
  };
  return { environment: { ...environment, ...own }, oldAddress: `http://127.0.0.1:${port}` };
}

test("the examples take the old gateway's place: its container name, its port and its data", () => {
  const port = COMPATIBILITY_SETTINGS.compatibility_port.otherwise;
  expect(port).toBe(8000);
  expect(compose).toMatchObject({ container_name: "uteclocal-gateway", image, read_only: true });
  expect(compose.ports).toEqual(["8000:8000", "8099:8099"]);
  expect(compose.volumes).toEqual(["data:/data"]);
  expect(Object.fromEntries(options)).toMatchObject({
    "--name": ["uteclocal-gateway"],
    "--publish": ["8000:8000", "8099:8099"],
    "--volume": ["uteclocal-data:/data"],
  });
});

test("the examples set what the gateway knows, and open its page with a password only", () => {
  for (const [way, environment] of Object.entries({ ...WAYS, [UNIT]: wordsOf(unit.get("Environment")) })) {
    expect(
      Object.keys(environment).filter((name) => !KNOWN.includes(name)),
      way,
    ).toEqual([]);
    expect(environment, way).toMatchObject({ UTEC_GATEWAY_COMPATIBILITY: "true" });
    expect(environment["UTEC_GATEWAY_HOST"] || null, way).toBe(environment["UTEC_GATEWAY_PASSWORD"] ? "0.0.0.0" : null);
  }
});

describe.skipIf(missing !== null)("as the examples start it", () => {
  test.for(Object.keys(WAYS))(
    "%s: the image is healthy and answers where the old gateway did",
    async (way, context) => {
      const dataFolder = aDataFolder(context.onTestFinished);
      const { environment, oldAddress } = await here(WAYS[way] ?? {});
      const gateway = await aContainer(context.onTestFinished, { dataFolder, environment });
      expect(await (await fetch(`${oldAddress}/health`)).json()).toMatchObject({ status: "ok", token_valid: false });
      expect((await fetch(`${gateway.url}/api/state`)).status).toBe(environment["UTEC_GATEWAY_PASSWORD"] ? 401 : 200);
      expect(await healthCheck(theImage(), { dataFolder, environment })).toBe(0);
      expect(await gateway.stop()).toBe(0);
    },
  );

  test("the systemd unit's command and environment: the gateway answers where the old one did", async ({
    onTestFinished,
  }) => {
    const [program, ...words] = unit.get("ExecStart")?.[0]?.split(" ") ?? [];
    expect(program).toBe("/usr/bin/node");
    expect(BUNDLE.endsWith(words.pop()?.replace("/opt/utec-gateway/", "") ?? "none")).toBe(true);
    const { UTEC_GATEWAY_DATA, ...own } = wordsOf(unit.get("Environment"));
    expect(UTEC_GATEWAY_DATA).toBe(`/var/lib/${unit.get("StateDirectory")?.[0]}`);
    const { environment, oldAddress } = await here(own);
    const dataFolder = aFolder(onTestFinished);
    const gateway = await aGateway(onTestFinished, {
      dataFolder,
      entry: SOURCES,
      runtime: { flags: words, environment: {} },
      environment,
    });
    expect((await fetch(`${oldAddress}/health`)).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
  });

  test("systemd has nothing to say against the unit, and takes most rights away from it", ({ onTestFinished }) => {
    const folder = aFolder(onTestFinished);
    mkdirSync(folder, { recursive: true });
    const copy = join(folder, "utec-gateway.service");
    // Which programs there are is looked at, too.
    writeFileSync(copy, readFileSync(join(root, UNIT), "utf8").replaceAll("/usr/bin/node", process.execPath));
    const said = execFileSync("systemd-analyze", ["verify", "--man=no", copy], { encoding: "utf8", stdio: "pipe" });
    expect(said).toBe("");
    execFileSync("systemd-analyze", ["security", "--offline=yes", "--threshold=35", copy], { stdio: "pipe" });
  });
});

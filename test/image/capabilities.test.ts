import { chmodSync, chownSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ImportState } from "../../src/import/import-state.ts";
import { A, json } from "../import/samples.ts";
import { composeService } from "./examples.ts";
import { aContainer, aDataFolder, missing } from "./stage.ts";
import { freePort } from "../../scripts/processes/free-port.ts";

/** Somebody who is not root. */
const OWNER = 1000;

describe.skipIf(missing !== null)("root without what the compose files drop", () => {
  test.for(["compose.yaml", "docs/examples/docker-compose.yaml"])(
    "%s: starts in a folder of its own",
    async (path, { onTestFinished }) => {
      const { cap_drop, cap_add: capabilities = [] } = composeService(path);
      expect(cap_drop).toEqual(["ALL"]);
      const environment = { UTEC_GATEWAY_PORT: String(await freePort()), UTEC_GATEWAY_LOG_FORMAT: "json" };
      const dataFolder = aDataFolder(onTestFinished);
      const gateway = await aContainer(onTestFinished, { dataFolder, environment, capabilities });
      expect(await gateway.stop()).toBe(0);
    },
  );

  test("docs/examples/docker-compose.yaml: takes over a folder that another user keeps closed, and leaves the file", async ({
    onTestFinished,
  }) => {
    const { cap_add: capabilities = [] } = composeService("docs/examples/docker-compose.yaml");
    const dataFolder = aDataFolder(onTestFinished);
    const file = join(dataFolder, "config.json");
    // Nobody is asked at such an address.
    writeFileSync(file, json({ ...A, base_url: "http://127.0.0.1:9", oauth_base_url: "http://127.0.0.1:9" }));
    chmodSync(file, 0o600);
    chownSync(file, OWNER, OWNER);
    chmodSync(dataFolder, 0o700);
    chownSync(dataFolder, OWNER, OWNER);
    const environment = { UTEC_GATEWAY_PORT: String(await freePort()), UTEC_GATEWAY_LOG_FORMAT: "json" };
    const gateway = await aContainer(onTestFinished, { dataFolder, environment, capabilities });
    expect(await gateway.get<ImportState>("api/import")).toMatchObject({ status: "imported", generation: "A" });
    expect(await gateway.stop()).toBe(0);
    const { uid, mode } = statSync(file);
    expect([uid, mode & 0o777]).toEqual([OWNER, 0o600]);
  });
});

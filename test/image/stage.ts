import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { builtImage } from "../../scripts/image/image.ts";
import type { Image } from "../../scripts/image/image.ts";
import { runImage } from "../../scripts/image/run.ts";
import type { RunOptions } from "../../scripts/image/run.ts";
import { freePort } from "../../scripts/processes/free-port.ts";
import { GatewayProcess } from "../../scripts/processes/gateway-process.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { removeFolder } from "../remove-folder.ts";
import type { Finish } from "../process/stage.ts";
import { REDIRECT_URI } from "../process/stage.ts";

/** Why the image can't be built here; null where it can. */
export const missing = inject("missing");

/** The built image, where it can be built; what has no image has no tests either. */
export const image: Image | null = missing === null ? await builtImage() : null;

/** Throws where there is none: the tests are left out there. */
export function theImage(): Image {
  if (image === null) throw new Error(missing ?? "");
  return image;
}

/** What is mounted at /data: as the Supervisor makes it, a folder that root owns. */
export function aDataFolder(onTestFinished: Finish): string {
  const folder = mkdtempSync(join(tmpdir(), "image-data-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** What a person sets who runs the image against `cloud`. */
export async function settingsFor(cloud: Simulator): Promise<Record<string, string>> {
  return {
    UTEC_GATEWAY_PORT: String(await freePort()),
    UTEC_GATEWAY_LOG_FORMAT: "json",
    UTEC_GATEWAY_OAUTH_URL: cloud.oauthUrl,
    UTEC_GATEWAY_API_URL: cloud.apiUrl,
    UTEC_GATEWAY_CLIENT_ID: DEMO.client.client_id,
    UTEC_GATEWAY_CLIENT_SECRET: DEMO.client.client_secret,
    UTEC_GATEWAY_REDIRECT_URI: REDIRECT_URI,
  };
}

/** The image, started and ready, ended with the test. */
export async function aContainer(onTestFinished: Finish, options: RunOptions): Promise<GatewayProcess> {
  const gateway = new GatewayProcess(runImage(theImage(), options));
  onTestFinished(() => gateway.kill());
  await gateway.ready();
  return gateway;
}

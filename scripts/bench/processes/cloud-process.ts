import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connectControl } from "../../../src/simulator/control/control-client.ts";
import type { RemoteControl } from "../../../src/simulator/control/control-client.ts";

/** The simulated cloud as a process of its own, so that its work is not taken for the gateway's or the bench's. */
export interface CloudProcess extends AsyncDisposable {
  readonly oauthUrl: string;
  readonly apiUrl: string;
  readonly control: RemoteControl;
}

const MAIN = join(import.meta.dirname, "../../../src/simulator/main.ts");

/**
 * A cloud whose doors move at once, for a gateway at `redirectUri`.
 * @param flags more of the simulated cloud's flags
 * @throws Error when it does not start
 */
export async function startCloud(redirectUri: string, flags: readonly string[] = []): Promise<CloudProcess> {
  const child = spawn(process.execPath, [MAIN, "--settle-ms", "0", "--redirect-uri", redirectUri, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1" },
  });
  const ended = once(child, "exit");
  const line = once(createInterface(child.stdout), "line") as Promise<[string]>;
  const [announcement] = await Promise.race([
    line,
    ended.then(([code]): never => {
      throw new Error(`The simulated cloud ended with code ${String(code)} before it was ready.`);
    }),
  ]);
  const { url } = JSON.parse(announcement) as { url: string };
  return {
    oauthUrl: `${url}/oauth`,
    apiUrl: `${url}/api`,
    control: connectControl(url),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

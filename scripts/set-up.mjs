// Runs a TypeScript script of this folder with everything it needs: installs the packages when they are missing or
// out of date, then starts the script on Node 24. Plain JavaScript, for it is the one file that runs on whatever Node
// (20 or newer) a newcomer has.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const NODE_MAJOR = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);

if (script === undefined) fail("Say which script to run, for example: node scripts/set-up.mjs scripts/demo.ts");
installPackages();
run(nodeBinary(), [join(root, script), ...args]);

function installPackages() {
  const stamp = join(root, "node_modules", ".installed");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("Installing packages (npm ci) ...");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) fail("npm ci failed; see its lines above.");
  writeFileSync(stamp, lock);
}

/** The pinned Node 24 from node_modules, or the running one where the registry has no package for the platform. */
function nodeBinary() {
  const pinned = join(root, "node_modules", ".bin", "node");
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return process.execPath;
  return fail(
    `Node ${NODE_MAJOR} is needed and there is no package of it for ${process.platform}-${process.arch}: ` +
      `install Node ${NODE_MAJOR} (this is ${process.version}) and run the command again.`,
  );
}

function run(command, commandArgs) {
  const child = spawn(command, commandArgs, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  // A Ctrl-C reaches the whole group by itself; a signal sent to this process alone must be passed on.
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      if (signal === "SIGTERM") child.kill(signal);
    });
  }
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

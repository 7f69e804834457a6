/**
 * `node scripts/home-network/enter.ts COMMAND ARGUMENTS...`: runs a command in a network of its own, which has one
 * loopback interface with the addresses of Home Assistant OS's inner network, and in which the Supervisor has its name.
 * Nothing in it can reach another machine. Only root may, on Linux.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare } from "./prepare.ts";
import { ADDRESS } from "./addresses.ts";

const ENTER = `set -e
hosts=$1; shift
ip link set lo up
for address in ${Object.values(ADDRESS).join(" ")}; do ip address add "$address/23" dev lo; done
mount --bind "$hosts" /etc/hosts
exec "$@"`;

const missing = await prepare((line) => console.log(line));
if (missing !== null) {
  console.error(missing);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "utec-gateway-network-"));
const hosts = join(folder, "hosts");
writeFileSync(hosts, `127.0.0.1 localhost\n::1 localhost\n${ADDRESS.supervisor} supervisor hassio\n`);
const child = spawn("unshare", ["--net", "--mount", "sh", "-c", ENTER, "sh", hosts, ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("close", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

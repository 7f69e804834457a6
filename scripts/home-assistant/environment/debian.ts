import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { alone } from "./cache.ts";
import { run, tryRun } from "./command.ts";
import type { Report } from "./command.ts";

/**
 * Debian's own packages, for a machine that is one: installed where this process may, otherwise unpacked beside the
 * system.
 */

const ARCHIVE_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";

export async function isDebian(): Promise<boolean> {
  return (await osRelease())["ID"] === "debian";
}

/** True where `install` can work: Debian (or a child of it), and root. */
export async function canInstall(): Promise<boolean> {
  const { ID: id, ID_LIKE: like = "" } = await osRelease();
  return process.getuid?.() === 0 && (id === "debian" || like.split(" ").includes("debian"));
}

/** Installs packages into the system. @throws Error when apt-get fails */
export async function install(packages: readonly string[], report: Report): Promise<void> {
  report(`Installing ${packages.join(" ")} (apt-get)`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  // apt gives up at once where another apt is at work, and suites that run side by side may both need a package.
  await alone("apt-get", async () => {
    // A third-party source out of reach must not stop what Debian's own can give; the install says what is missing.
    await tryRun("apt-get", ["update"], { env });
    await run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env });
  });
}

/**
 * Unpacks packages of another Debian release, with all that they depend on, into `folder`. The system stays untouched
 * and no root is needed: apt gets a state of its own. The mirror is the one that the machine already uses.
 *
 * @throws Error when apt knows no mirror of Debian or can't fetch the packages
 */
export async function unpack(release: string, packages: readonly string[], folder: string): Promise<void> {
  const apt = join(folder, ".apt");
  await Promise.all(["lists/partial", "archives/partial"].map((name) => mkdir(join(apt, name), { recursive: true })));
  const signedBy = existsSync(ARCHIVE_KEYS) ? `[signed-by=${ARCHIVE_KEYS}] ` : "";
  await writeFile(join(apt, "sources.list"), `deb ${signedBy}${await mirror(apt)} ${release} main\n`);
  await writeFile(join(apt, "status"), "");
  const options = Object.entries({
    "Dir::Etc::SourceList": join(apt, "sources.list"),
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": "/dev/null",
    "Dir::State": apt,
    "Dir::State::Lists": join(apt, "lists"),
    "Dir::State::Status": join(apt, "status"),
    "Dir::Cache": apt,
    "Dir::Cache::Archives": join(apt, "archives"),
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
    "Debug::NoLocking": "true",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  await run("apt-get", [...options, "update"]);
  await run("apt-get", [...options, "--yes", "--no-install-recommends", "--download-only", "install", ...packages]);
  for (const name of await readdir(join(apt, "archives"))) {
    if (name.endsWith(".deb")) await run("dpkg-deb", ["-x", join(apt, "archives", name), folder]);
  }
  await rm(apt, { recursive: true });
}

/** The address from which this machine gets its own release; apt knows it without asking the network. */
async function mirror(apt: string): Promise<string> {
  const { VERSION_CODENAME: own } = await osRelease();
  const addresses = await run("apt-get", ["-o", `Dir::State::Lists=${join(apt, "lists")}`, "update", "--print-uris"]);
  const found = new RegExp(`^'(\\S+)/dists/${own}/InRelease'`, "m").exec(addresses)?.[1];
  if (found === undefined) throw new Error(`apt has no source for this machine's own release, Debian ${own}`);
  return found;
}

async function osRelease(): Promise<Record<string, string>> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)="?(.*?)"?$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

import { existsSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { builtOnce } from "../home-assistant/environment/cache.ts";
import { run } from "../home-assistant/environment/command.ts";
import { unpack } from "../home-assistant/environment/debian.ts";

/** What node:24-trixie-slim has of Debian, as far as building and running needs it. */
const PACKAGES = ["base-files", "dash", "coreutils", "findutils", "libc-bin", "libstdc++6"];
const RELEASE = "trixie";
const CERTIFICATES = "etc/ssl/certs/ca-certificates.crt";

/**
 * The root filesystem of a stand-in for the official Node image, which no registry has to be asked for: Debian's packages,
 * the Node that this project pins, and npm. Some networks have a certificate authority of their own: theirs goes with it.
 */
export function baseRoot(): Promise<string> {
  return builtOnce(`image-base-${RELEASE}-${process.version}`, async (folder) => {
    await unpack(RELEASE, PACKAGES, folder);
    const bin = join(folder, "usr/local/bin");
    const modules = join(folder, "usr/local/lib/node_modules");
    await Promise.all(
      [bin, modules, join(folder, dirname(CERTIFICATES))].map((name) => mkdir(name, { recursive: true })),
    );
    await copyFile(process.execPath, join(bin, "node"));
    await chmod(join(bin, "node"), 0o755);
    await cp(join(await run("npm", ["root", "-g"]), "npm"), join(modules, "npm"), {
      recursive: true,
      dereference: true,
    });
    await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(bin, "npm"));
    // Debian's maintainer scripts, which are not run, would make the shell.
    const shell = join(folder, "usr/bin/sh");
    if (!existsSync(shell)) await symlink("dash", shell);
    const own = process.env["NODE_EXTRA_CA_CERTS"];
    if (own !== undefined) await copyFile(own, join(folder, CERTIFICATES));
  });
}

/** The base as a Dockerfile beside its root filesystem. */
export const BASE_DOCKERFILE = `FROM scratch
COPY . /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${process.env["NODE_EXTRA_CA_CERTS"] === undefined ? "" : `ENV NODE_EXTRA_CA_CERTS=/${CERTIFICATES}\n`}`;

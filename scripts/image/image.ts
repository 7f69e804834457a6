import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { builtOnce } from "../home-assistant/environment/cache.ts";
import { run } from "../home-assistant/environment/command.ts";
import { BASE_DOCKERFILE, baseRoot } from "./base.ts";

/** What the image says about itself, as Docker has it. */
export interface ImageConfig {
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[] | null;
  readonly WorkingDir: string;
  readonly User: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

export interface Image {
  /** Its root filesystem; never written to, for it shares its files with the base. */
  readonly root: string;
  readonly config: ImageConfig;
  /** Every file that the base does not have, or has otherwise, with its bytes. */
  readonly added: Readonly<Record<string, number>>;
}

const PROJECT = join(import.meta.dirname, "../..");
/** All that the build context has. */
const INPUTS = [
  "Dockerfile",
  ".dockerignore",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "scripts/build.ts",
  "{scripts/bundle,src,ui,addon,custom_components}/**",
];
/** Where a container runtime mounts something. */
const MOUNT_POINTS = ["data", "homeassistant", "dev", "proc", "sys", "tmp", "etc"];

/** The image, built from the Dockerfile unless nothing has changed since it was last built. */
export async function builtImage(): Promise<Image> {
  const base = await baseRoot();
  const folder = await builtOnce(`image-${inputsHash()}`, (into) => build(base, into));
  const { config, added } = JSON.parse(await readFile(join(folder, "image.json"), "utf8")) as Omit<Image, "root">;
  return { root: join(folder, "root"), config, added };
}

async function build(base: string, folder: string): Promise<void> {
  const store = join(folder, "store");
  // A store of its own, so that nobody's images are touched.
  const buildah = (command: string, ...args: readonly string[]): Promise<string> =>
    run("buildah", ["--root", store, "--runroot", join(folder, "run"), "--storage-driver", "vfs", command, ...args], {
      env: { BUILDAH_ISOLATION: "chroot" },
    });
  const format = ["--format", "docker"];
  const dockerfile = join(folder, "Base");
  await writeFile(dockerfile, BASE_DOCKERFILE);
  await buildah("bud", ...format, "--file", dockerfile, "--tag", "localhost/base", base);
  const cache = join(homedir(), ".npm");
  await mkdir(cache, { recursive: true });
  await buildah(
    "bud",
    ...format,
    "--build-arg=BUILD_FROM=localhost/base",
    "--pull-never",
    `--volume=${cache}:/root/.npm`,
    `--file=${join(PROJECT, "Dockerfile")}`,
    "--tag=localhost/utec-gateway",
    PROJECT,
  );
  const { Docker } = JSON.parse(await buildah("inspect", "--type", "image", "localhost/utec-gateway")) as {
    Docker: { config: ImageConfig };
  };
  const container = await buildah("from", "--pull-never", "localhost/utec-gateway");
  const added: Record<string, number> = {};
  await exportTree(await buildah("mount", container), base, join(folder, "root"), added);
  for (const name of MOUNT_POINTS) await mkdir(join(folder, "root", name), { recursive: true });
  for (const name of ["resolv.conf", "hosts"]) await writeFile(join(folder, "root/etc", name), "", { flag: "a" });
  await buildah("umount", container);
  await Promise.all(["store", "run", "Base"].map((name) => rm(join(folder, name), { recursive: true })));
  await writeFile(join(folder, "image.json"), JSON.stringify({ config: Docker.config, added }));
}

/** Copies what the base has not, and links what it has: a build takes 8 MB and not 200. */
async function exportTree(
  from: string,
  base: string,
  to: string,
  added: Record<string, number>,
  at = "",
): Promise<void> {
  await mkdir(join(to, at), { recursive: true });
  await chmod(join(to, at), (await lstat(join(from, at))).mode & 0o7777);
  for (const entry of await readdir(join(from, at), { withFileTypes: true })) {
    const path = join(at, entry.name);
    const source = join(from, path);
    if (entry.isDirectory()) await exportTree(from, base, to, added, path);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), join(to, path));
    else if (entry.isFile()) {
      const [mine, theirs] = await Promise.all([lstat(source), lstat(join(base, path)).catch(() => null)]);
      const same = theirs?.isFile() === true && theirs.size === mine.size && theirs.mode === mine.mode;
      if (same && (await readFile(source)).equals(await readFile(join(base, path)))) {
        await link(join(base, path), join(to, path));
        continue;
      }
      await copyFile(source, join(to, path));
      await chmod(join(to, path), mine.mode & 0o7777);
      added[path] = mine.size;
    }
  }
}

function inputsHash(): string {
  const hash = createHash("sha256").update(process.version).update(BASE_DOCKERFILE);
  const sources = globSync([...INPUTS, "scripts/image/{base,image}.ts"], {
    cwd: PROJECT,
    exclude: ["**/node_modules/**", "**/__pycache__/**", "ui/dist/**"],
  });
  for (const path of sources.sort()) {
    if (statSync(join(PROJECT, path)).isFile()) hash.update(path).update(readFileSync(join(PROJECT, path)));
  }
  return hash.digest("hex").slice(0, 12);
}

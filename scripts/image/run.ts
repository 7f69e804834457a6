import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { TRACED_CALLS } from "./apparmor/trace.ts";
import type { Image } from "./image.ts";

export interface RunOptions {
  /** What is mounted at /data. */
  readonly dataFolder: string;
  /** What else is mounted, by its place in the container. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** On top of the image's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is run instead of the image's entry point. */
  readonly command?: readonly string[];
  /** Where every system call is written to. */
  readonly trace?: string;
  /** What root may do there beyond the files that it owns; everything, where this is absent. */
  readonly capabilities?: readonly string[];
}

/** The mounts of a container with a read-only root, in a mount namespace of its own; then the process takes this one's place. */
const ENTER = `set -e
root=$1 data=$2; shift 2
mount --bind "$root" "$root"
for file in resolv.conf hosts; do
  mount --bind "/etc/$file" "$root/etc/$file"
done
mount -o remount,bind,ro "$root"
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$data" "$root/data"
limits=$1; shift
while [ "$1" != -- ]; do
  mount --bind "$2" "$root$1"; shift 2
done
shift
exec $limits chroot "$root" "$@"`;

/**
 * Starts the image as its configuration says: entry point, environment, folder. The network is this machine's. The process
 * has the id of the child, so that signals reach it. Only root may.
 */
export function runImage({ root, config }: Image, options: RunOptions): ChildProcess {
  const environment = Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  const command = options.command ?? [...config.Entrypoint, ...(config.Cmd ?? [])];
  const enter = ["unshare", "--mount", "sh", "-c", ENTER, "sh", root, options.dataFolder, limits(options)];
  const mounts = Object.entries(options.mounts ?? {}).flat();
  const inside = [
    ...mounts,
    "--",
    "env",
    "--ignore-environment",
    `--chdir=${config.WorkingDir}`,
    ...config.Env,
    ...environment,
    ...command,
  ];
  const tracer =
    options.trace === undefined
      ? []
      : ["strace", "-D", "-f", "-qq", "-e", `trace=${TRACED_CALLS}`, "-o", options.trace];
  const [program = "", ...args] = [...tracer, ...enter, ...inside];
  return spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
}

/** A command that leaves root no more than those, and what entering the container itself takes. */
function limits({ capabilities }: RunOptions): string {
  if (capabilities === undefined) return "";
  const kept = [...capabilities, "SYS_CHROOT"].map((name) => `+${name.toLowerCase()}`);
  return `setpriv --bounding-set=${["-all", ...kept].join(",")} --inh-caps=-all`;
}

/** The exit code of the image's own health check. */
export async function healthCheck(image: Image, options: Omit<RunOptions, "command">): Promise<number | null> {
  const [kind, ...command] = image.config.Healthcheck.Test;
  if (kind !== "CMD") throw new Error(`The health check is ${kind}, not a command.`);
  const child = runImage(image, { ...options, command });
  child.stdout?.resume();
  child.stderr?.resume();
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
}

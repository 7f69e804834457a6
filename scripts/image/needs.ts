import process from "node:process";
import { tryRun } from "../home-assistant/environment/command.ts";
import { canInstall, install } from "../home-assistant/environment/debian.ts";
import type { Report } from "../home-assistant/environment/command.ts";

/** Programs by the Debian package that has them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  buildah: "buildah",
  strace: "strace",
  "apt-get": "apt",
  "dpkg-deb": "dpkg",
  unshare: "util-linux",
  setpriv: "util-linux",
  "systemd-analyze": "systemd",
};

/**
 * Installs what building and starting the image needs, where that can be done.
 * @returns what is still missing and what to do about it; null where nothing is
 */
export async function missingForImage(report: Report): Promise<string | null> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    return "The image is built and started as root on Linux (mounts, chroot): run this as root, or in a container with SYS_ADMIN.";
  }
  const lacking = await missingPrograms();
  if (lacking.length > 0 && (await canInstall())) {
    await install(
      lacking.map((program) => PROGRAMS[program] ?? program),
      report,
    ).catch((error: unknown) => report(String(error)));
  }
  const still = await missingPrograms();
  if (still.length > 0) {
    return `The image is built with Debian's own packages: install ${still.map((name) => PROGRAMS[name]).join(", ")}.`;
  }
  if ((await tryRun("unshare", ["--mount", "true"])) === undefined) {
    return "The image is started in a mount namespace, which is not allowed here: run this in a container with SYS_ADMIN.";
  }
  return null;
}

async function missingPrograms(): Promise<string[]> {
  const names = Object.keys(PROGRAMS);
  const there = await Promise.all(names.map((name) => tryRun("sh", ["-c", `command -v ${name}`])));
  return names.filter((_, index) => there[index] === undefined);
}

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A small filesystem in memory, or a folder seen through a read-only door. Only root may mount. */
export class Mount {
  readonly folder = mkdtempSync(join(tmpdir(), "mount-"));

  /** Throws when mounting is not allowed here. */
  constructor(source: { readonly sizeKb: number } | { readonly readOnly: string }) {
    if ("sizeKb" in source) {
      mount("-t", "tmpfs", "-o", `size=${source.sizeKb}k`, "tmpfs", this.folder);
      return;
    }
    mount("--bind", source.readOnly, this.folder);
    mount("-o", "remount,bind,ro", this.folder);
  }

  remove(): void {
    execFileSync("umount", ["--lazy", this.folder]);
    rmdirSync(this.folder);
  }
}

function mount(...args: readonly string[]): void {
  execFileSync("mount", args, { stdio: "pipe" });
}

/** Whether this process may mount at all. */
export function mayMount(): boolean {
  try {
    new Mount({ sizeKb: 64 }).remove();
    return true;
  } catch {
    return false;
  }
}

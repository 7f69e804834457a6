import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

type MountSource = { readonly sizeKb: number } | { readonly readOnly: string };

/** A small filesystem in memory, or a folder seen through a read-only door. Only root may mount. */
export class Mount {
  readonly folder = mkdtempSync(join(tmpdir(), "mount-"));

  /** Throws when mounting is not allowed here. */
  constructor(source: MountSource) {
    if ("sizeKb" in source) {
      mount("-t", "tmpfs", "-o", `size=${source.sizeKb}k`, "tmpfs", this.folder);
      return;
    }
    mount("--bind", source.readOnly, this.folder);
    try {
      mount("-o", "remount,bind,ro", this.folder);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** Takes all that is left, but for `leaveKb`. */
  fill(leaveKb = 0): void {
    const piece = (number: number): string => join(this.folder, `ballast-${number}`);
    const pieces = [];
    try {
      for (let number = 0; ; number++) {
        writeFileSync(piece(number), Buffer.alloc(4096), { flag: "wx" });
        pieces.push(number);
      }
    } catch {
      // It is full: what was wanted.
    }
    for (const number of pieces.slice(0, leaveKb / 4)) rmSync(piece(number));
  }

  /** Gives back what `fill` took. */
  empty(): void {
    for (const name of readdirSync(this.folder)) if (name.startsWith("ballast-")) rmSync(join(this.folder, name));
  }

  remove(): void {
    execFileSync("umount", ["--lazy", this.folder]);
    rmdirSync(this.folder);
  }
}

function mount(...args: readonly string[]): void {
  execFileSync("mount", args, { stdio: "pipe" });
}

/** A mount that is gone when the test is, whatever fails before. */
export function aMount(source: MountSource): Mount {
  const made = new Mount(source);
  onTestFinished(() => made.remove());
  return made;
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

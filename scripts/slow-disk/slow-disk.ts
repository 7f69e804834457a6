import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A disk whose commits take a given time, for a process that is started with `environment`. */
export class SlowDisk {
  readonly environment: Readonly<Record<string, string>>;
  readonly #file: string;

  /**
   * Compiles what slows the disk down into `folder`. It is as quick as ever until `commitsTake` says otherwise.
   * @throws Error that says what to install where there is no C compiler
   */
  constructor(folder: string) {
    const library = join(folder, "slow-disk.so");
    try {
      execFileSync("cc", ["-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl", "-lpthread"], { stdio: "pipe" });
    } catch (cause) {
      throw new Error(NO_COMPILER, { cause });
    }
    this.#file = join(folder, "slow-disk-ms");
    this.commitsTake(0);
    this.environment = { LD_PRELOAD: library, SLOW_DISK_FILE: this.#file };
  }

  /** From now on, in a process that is running as well. */
  commitsTake(ms: number): void {
    writeFileSync(this.#file, String(ms));
  }
}

/** Whether a slow disk can be had on this machine. */
export function hasCompiler(): boolean {
  try {
    execFileSync("cc", ["--version"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

export const NO_COMPILER =
  "A slow disk needs a C compiler (cc) and Linux: install one, on Debian with `apt-get install gcc libc6-dev`.";

const SOURCE = join(import.meta.dirname, "slow-disk.c");

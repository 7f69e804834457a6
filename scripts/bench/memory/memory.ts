import { readFile } from "node:fs/promises";

export interface Memory {
  /** Everything that is resident, including the Node binary's own pages. MB. */
  readonly resident: number;
  /** What belongs to this process alone and cannot be read again from a file. MB. */
  readonly anonymous: number;
}

/** What the process takes, as Linux counts it. */
export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const megabytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
  return { resident: megabytes("VmRSS"), anonymous: megabytes("RssAnon") };
}

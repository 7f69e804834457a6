import { readFile } from "node:fs/promises";

/** kB that a process has had written to disks so far (Linux). */
export async function bytesWritten(pid: number): Promise<number> {
  const io = await readFile(`/proc/${pid}/io`, "utf8");
  return Number(/^write_bytes: (\d+)$/m.exec(io)?.[1]) / 1000;
}

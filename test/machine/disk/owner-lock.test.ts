import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { OwnerLock } from "../../../src/keeper/vault/disk/owner-lock.ts";
import { removeFolder } from "../../remove-folder.ts";

let folder: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  removeFolder(folder);
});

async function otherProcess(file: string): Promise<{ child: ChildProcess; said: string }> {
  const script = fileURLToPath(new URL("./lock-holder.ts", import.meta.url));
  const child = spawn(process.execPath, [script, file], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: chunk.toString().trim() };
}

test("a second process is refused while the first lives, and owns the folder at once after its SIGKILL", async () => {
  const file = join(folder, "gateway.lock");
  const { child, said } = await otherProcess(file);
  expect(said).toBe("held");
  await expect(OwnerLock.acquire({ file, clock: systemClock, waitMs: 150 })).rejects.toMatchObject({
    code: "data_folder_in_use",
    message: expect.stringContaining(file),
  });
  const waiting = OwnerLock.acquire({ file, clock: systemClock, waitMs: 10_000 });
  child.kill("SIGKILL");
  await once(child, "exit");
  const before = performance.now();
  const lock = await waiting;
  expect(performance.now() - before).toBeLessThan(1000);
  expect((await otherProcess(file)).said).toBe("data_folder_in_use");
  lock.release();
});

test("a lock that was released can be had again", async () => {
  const options = { file: join(folder, "gateway.lock"), clock: systemClock, waitMs: 0 };
  const lock = await OwnerLock.acquire(options);
  await expect(OwnerLock.acquire(options)).rejects.toMatchObject({ code: "data_folder_in_use" });
  lock.release();
  (await OwnerLock.acquire(options)).release();
});

test("a folder that can't hold the lock is named", async () => {
  writeFileSync(join(folder, "plain"), "");
  const file = join(folder, "plain", "gateway.lock");
  await expect(OwnerLock.acquire({ file, clock: systemClock, waitMs: 0 })).rejects.toMatchObject({
    code: "data_folder_unusable",
    message: expect.stringContaining(file),
  });
});

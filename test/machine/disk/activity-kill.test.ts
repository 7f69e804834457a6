import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { aFolder, aStore } from "../../activity/house.ts";

const WRITER = fileURLToPath(new URL("./activity-writer.ts", import.meta.url));

test("a process that is killed while it writes leaves a log that opens fine, with all that it has said", async () => {
  const folder = aFolder();
  const file = join(folder, "activity.db");
  let newest = 0;
  for (const afterMs of [0, 3, 11, 17, 29, 41, 53, 71]) {
    const said = await writeUntilKilled(file, afterMs);
    const { store, warnings } = aStore({ folder });
    const { entries } = store.page({ limit: 500 });
    newest = entries[0]?.id ?? 0;
    // The kernel keeps what a killed process has written: nothing that was said is missing, nothing is half there.
    expect(newest).toBeGreaterThanOrEqual(said);
    expect(newest % 50).toBe(0);
    expect(entries.map(({ id }) => id)).toEqual(entries.map((_, index) => newest - index));
    expect(store.lastLogged()[0]?.lastLogged.values).toEqual({ lock_state: entries[0]?.to });
    expect(warnings()).toEqual([]);
    store.close();
    const database = new SqliteDatabase(file);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    database.close();
  }
  expect(newest).toBeGreaterThan(1000);
});

/** The last number that the process said before it was killed, `afterMs` after its first. */
async function writeUntilKilled(file: string, afterMs: number): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, file], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  writer.stdout.on("data", (chunk: Buffer) => {
    if (said === "") setTimeout(() => writer.kill("SIGKILL"), afterMs);
    said += chunk.toString();
  });
  await once(writer, "close");
  expect(writer.signalCode).toBe("SIGKILL");
  return Number(said.trim().split("\n").at(-1));
}

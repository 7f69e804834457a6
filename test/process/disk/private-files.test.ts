import { chmodSync, globSync, lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aCloud, aFolder, aGatewayAt, signIn } from "../stage.ts";

/** The files and folders that somebody else than their owner may read or write. */
function openFiles(folder: string): string[] {
  return globSync("**", { cwd: folder }).filter((path) => {
    // A draft may have become the file itself meanwhile.
    const file = lstatSync(join(folder, path), { throwIfNoEntry: false });
    return file !== undefined && (file.mode & 0o077) !== 0;
  });
}

test("whatever the gateway writes, its user alone may read; what an older one left open is closed", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  await signIn(first, cloud);
  await first.waitFor(({ devices }) => devices.length > 0, "devices");
  expect(openFiles(dataFolder)).toEqual([]);
  await first.stop();
  expect(openFiles(dataFolder)).toEqual([]);
  const databases = globSync("*.db", { cwd: dataFolder }).sort();
  expect(databases).toEqual(["activity.db", "gateway.db", "history.db", "picture.db"]);

  writeFileSync(join(dataFolder, "holiday.jpg"), "somebody else's");
  for (const name of [...databases, "holiday.jpg"]) chmodSync(join(dataFolder, name), 0o644);
  const second = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  await second.waitFor(({ accounts }) => accounts.length > 0, "its account");
  expect(openFiles(dataFolder)).toEqual(["holiday.jpg"]);
  await second.stop();
});

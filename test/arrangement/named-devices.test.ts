import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { ArrangementFile } from "../../src/arrangement/arrangement-file.ts";
import { Arrangement } from "../../src/arrangement/arrangement.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { removeFolder } from "../remove-folder.ts";
import { anAccount } from "../state/models.ts";
import { LOCK_RECORDS, aHouse } from "../utec/house.ts";
import type { House } from "../utec/house.ts";

function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "arrangement-"));
  onTestFinished(() => removeFolder(folder));
  return join(folder, "gateway.arrangement");
}

/** A house whose gateway has started on the file, and has seen its devices. */
async function aNamedHouse(file: string): Promise<House> {
  const { log } = new LogSink({ level: "fatal", secrets: new Secrets(), format: "text", write: () => {} });
  const house = await aHouse({ arrangement: new Arrangement(new ArrangementFile(file, log)) });
  house.picture.update({ accounts: [anAccount({ id: "home" })] });
  house.poller.start();
  await house.pass(0);
  return house;
}

test("a device is called what people call it, everywhere and from the next run on, and the cloud's name is told beside it", async () => {
  const file = aFile();
  const { picture, poller } = await aNamedHouse(file);
  expect(picture.device("front")).toMatchObject({ name: "Front door", cloud_name: "Front door", place: null });
  expect(poller.arrange("front", { name: "Porch", place: 1 })).toBe(picture.device("front"));
  expect(picture.device("front")).toMatchObject({ name: "Porch", cloud_name: "Front door", place: 1 });
  expect(picture.device("garden")).toMatchObject({ name: "Garden door", place: null });

  const next = await aNamedHouse(file);
  expect(next.picture.device("front")).toMatchObject({ name: "Porch", cloud_name: "Front door", place: 1 });
});

test("a device that was gone and comes back is called what it was", async () => {
  const house = await aNamedHouse(aFile());
  const { picture, poller, cloud } = house;
  poller.arrange("front", { name: "Porch", place: 1 });
  cloud.on("Discovery", { payload: { devices: LOCK_RECORDS.slice(1) } });
  poller.listDevices();
  await house.pass(60_000);
  poller.remove("front");
  expect(picture.device("front")).toBeUndefined();
  cloud.on("Discovery", { payload: { devices: LOCK_RECORDS } });
  poller.listDevices();
  await house.pass(60_000);
  expect(picture.device("front")).toMatchObject({ name: "Porch", cloud_name: "Front door", place: 1 });
});

test("who types the cloud's name, or null, wants no other: a new one from the cloud is shown", async () => {
  const house = await aNamedHouse(aFile());
  const { picture, poller, cloud } = house;
  poller.arrange("front", { name: "Porch" });
  poller.arrange("front", { name: " Front  door " });
  const [, garden] = LOCK_RECORDS;
  cloud.on("Discovery", { payload: { devices: [{ ...LOCK_RECORDS[0], name: "Main door" }, garden] } });
  poller.listDevices();
  await house.pass(60_000);
  expect(picture.device("front")).toMatchObject({ name: "Main door", cloud_name: "Main door" });
});

test("a device that nobody knows is not named", async () => {
  const { poller } = await aNamedHouse(aFile());
  expect(() => poller.arrange("gone", { name: "Porch" })).toThrow(
    expect.objectContaining({ code: "device_not_found" }),
  );
});

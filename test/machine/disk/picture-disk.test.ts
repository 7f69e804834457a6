import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { FleetStore } from "../../../src/utec/fleet/fleet-store.ts";
import type { FleetWriting } from "../../../src/utec/fleet/fleet-table.ts";
import { aFolder } from "../../activity/house.ts";
import { aDevice } from "../../state/models.ts";
import { aMount, mayMount } from "./mount.ts";

function aStore(folder: string): { store: FleetStore; lines: () => string[] } {
  const sink = new LogSink({ level: "trace", secrets: new Secrets(), format: "json", write: () => {} });
  const store = new FleetStore({ file: join(folder, "picture.db"), log: sink.log });
  return { store, lines: () => sink.tail().map(({ message }) => message) };
}

function devices(count: number, name: string): FleetWriting {
  const all = Array.from({ length: count }, (_, index) => ({
    state: aDevice({ id: `lock-${index}`, name }),
    said: null,
  }));
  return { lists: [], goneLists: [], listings: [], goneListings: [], devices: all, goneDevices: [] };
}

describe.skipIf(!mayMount())("a stored picture whose disk fails", () => {
  test("stays what it was while the disk is full, says so once, and goes on when there is room", () => {
    const disk = aMount({ sizeKb: 1024 });
    const { store, lines } = aStore(disk.folder);
    expect(store.write(devices(2, "Before"))).toBe(true);
    disk.fill();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(store.write(devices(500, "Full"))).toBe(false);
    expect(lines()).toEqual([expect.stringMatching(/can't be stored .*\(SQLITE_(FULL|IOERR\w*)\)/)]);
    expect(store.read().devices.map(({ state }) => state.name)).toEqual(["Before", "Before"]);
    disk.empty();
    expect(store.write(devices(2, "After"))).toBe(true);
    expect(lines()).toHaveLength(2);
    expect(store.read().devices.map(({ state }) => state.name)).toEqual(["After", "After"]);
    store.close();
  });

  test("is left as it is where it may not be written, and stops nobody", () => {
    const folder = aFolder();
    const first = aStore(folder);
    first.store.write(devices(2, "Before"));
    first.store.close();
    const before = readFileSync(join(folder, "picture.db"));
    const { store, lines } = aStore(aMount({ readOnly: folder }).folder);
    store.read();
    expect(store.write(devices(2, "After"))).toBe(false);
    store.close();
    expect(lines()).toEqual([expect.stringContaining("can't be stored")]);
    expect(readFileSync(join(folder, "picture.db"))).toEqual(before);
  });
});

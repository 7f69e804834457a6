import { join } from "node:path";
import { expect, it } from "vitest";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { FleetStore } from "../../../src/utec/fleet/fleet-store.ts";
import { aFolder } from "../../activity/house.ts";
import { aLivedInHouse } from "../house.ts";

it("takes an account that was removed, and its devices, from the disk while the gateway runs", async () => {
  const { log } = new LogSink({ level: "info", secrets: new Secrets(), format: "text", write: () => {} });
  const file = join(aFolder(), "picture.db");
  const house = await aLivedInHouse({ memory: { store: new FleetStore({ file, log }), boot: "boot-1" } });
  const disk = new FleetStore({ file, log });
  await house.pass(60_000);
  expect(disk.read().devices).toHaveLength(2);
  house.picture.update({ removed_accounts: ["home"] });
  await house.pass(10_000);
  expect(disk.read()).toEqual({ lists: [], devices: [] });
  disk.close();
});

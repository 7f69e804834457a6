import { describe, expect, it } from "vitest";
import type { CommandName } from "../../../src/state/picture.ts";
import { aPatientHouse, endOf } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";

/** What the front door was shown as, one after the other, since the test last looked away. */
function faces(house: House): unknown[] {
  return house.changes
    .flatMap(({ set }) => set.devices ?? [])
    .filter(({ id }) => id === "front")
    .map(({ lock_state, transition }) => transition ?? lock_state)
    .filter((face, index, all) => face !== all[index - 1]);
}

async function aHouseThatIs(lockState: "Locked" | "Unlocked" | "Jammed"): Promise<House> {
  const house = await aPatientHouse();
  house.states.set("front", lockStates(lockState));
  await house.pass(30_000);
  house.changes.length = 0;
  return house;
}

describe("a command for the state that is already there", () => {
  it.each([
    ["lock", "Locked"],
    ["unlock", "Unlocked"],
  ] satisfies [CommandName, "Locked" | "Unlocked"][])(
    "%s moves nothing in the picture of a lock that is %s: it is sent, and confirmed by a read",
    async (name, lockState) => {
      const house = await aHouseThatIs(lockState);
      const before = house.cloud.count("Query");
      const { id, accepted_at } = await house.submit("front", name);
      expect(accepted_at).not.toBeNull();
      expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
      expect(house.cloud.count("Command")).toBe(1);
      expect(house.cloud.count("Query")).toBe(before + 1);
      expect(new Set(faces(house))).toEqual(new Set([lockState.toLowerCase()]));
    },
  );

  it("moves nothing while its confirmation is late, or does not come", async () => {
    const house = await aHouseThatIs("Locked");
    const { id } = await house.submit("front", "lock");
    house.cloud.on("Query", { status: 500, body: "" });
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed" });
    expect(new Set(faces(house))).toEqual(new Set(["locked"]));
    expect(house.device("front").transition).toBeNull();
  });

  it("shows its transition as soon as a read reports another state", async () => {
    const house = await aHouseThatIs("Locked");
    house.states.set("front", lockStates("Unlocked"));
    const { id } = await house.submit("front", "lock");
    await house.pass(1000);
    expect(house.device("front")).toMatchObject({ lock_state: "unlocked", transition: "locking" });
    house.states.set("front", lockStates("Locked"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
    expect(faces(house)).toEqual(["unlocked", "locking", "locked"]);
  });

  it("does not take the cloud's memory of an offline lock for a contradiction", async () => {
    const house = await aHouseThatIs("Locked");
    const { id } = await house.submit("front", "lock");
    house.states.set("front", lockStates("Unlocked", "Offline"));
    await endOf(house, id);
    expect(house.changes.flatMap(({ set }) => set.devices ?? []).every(({ transition }) => transition === null)).toBe(
      true,
    );
  });

  it("is shown where the present state is not known: of an old state, and of a jammed bolt", async () => {
    const jammed = await aHouseThatIs("Jammed");
    await jammed.submit("front", "lock");
    expect(jammed.device("front").transition).toBe("locking");

    const old = await aHouseThatIs("Locked");
    old.states.delete("front");
    await old.pass(3 * 60_000);
    expect(old.device("front")).toMatchObject({ lock_state: "locked", freshness: "stale" });
    const { id } = await old.submit("front", "lock");
    expect(old.device("front").transition).toBe("locking");
    old.states.set("front", lockStates("Locked"));
    expect(await endOf(old, id)).toMatchObject({ outcome: "confirmed" });
    expect(old.device("front").transition).toBeNull();
  });

  it("sets no mode and switches nothing in the picture either", async () => {
    const house = await aHouseThatIs("Locked");
    const normal = [...lockStates("Locked"), { capability: "st.lock", name: "lockMode", value: 0 }];
    house.states.set("front", normal);
    await house.pass(30_000);
    house.changes.length = 0;
    const { id } = await house.submit("front", "set_mode", { args: { mode: "normal" } });
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
    const shown = house.changes.flatMap(({ set }) => set.devices ?? []).filter((device) => device.id === "front");
    expect(shown.every((device) => device.lock_mode === "normal" && device.transition === null)).toBe(true);
  });
});

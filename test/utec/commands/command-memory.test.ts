import { describe, expect, it } from "vitest";
import { aPatientHouse, endOf } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";

const bolt = (value: string): object => ({ capability: "st.lock", name: "lockState", value });

describe("what the cloud only remembers of a lock that it can't reach", () => {
  it("confirms nothing where it says so by an error", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.cloud.on("Query", {
      payload: { devices: [{ id: "front", error: { code: "DEVICE_OFFLINE" }, states: [bolt("Unlocked")] }] },
    });
    expect(await endOf(house, id)).toMatchObject({ outcome: "offline", error: { code: "device_offline" } });
    expect(house.device("front")).toMatchObject({ lock_state: "locked", online: false });
  });

  it("confirms nothing where it has said so before, and now says only the bolt", async () => {
    const house = await aPatientHouse();
    house.states.set("front", lockStates("Locked", "Offline"));
    await house.pass(60_000);
    expect(house.device("front")).toMatchObject({ online: false });
    const { id } = await house.submit("front", "unlock");
    house.states.set("front", [bolt("Unlocked")]);
    expect(await endOf(house, id)).toMatchObject({ outcome: "offline" });
    expect(house.device("front")).toMatchObject({ lock_state: "locked" });
  });

  it("is not a jam that ends the waiting", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.states.set("front", lockStates("Jammed", "Offline"));
    await house.pass(1000);
    house.states.set("front", lockStates("Unlocked"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
  });
});

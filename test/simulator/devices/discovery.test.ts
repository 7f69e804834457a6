import { describe, expect, test } from "vitest";
import { FRONT_DOOR, GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";
import { FRONT, GATE, visit } from "./visit.ts";

describe("Discovery", () => {
  test("tells of each device what the documentation lists", async () => {
    const { visitor } = await visit();
    expect(await visitor.discover()).toEqual([
      {
        id: FRONT,
        name: "Front door",
        category: "SmartLock",
        handleType: "utec-lock-sensor",
        deviceInfo: {
          manufacturer: "U-tec",
          model: "U-Bolt-Pro-WiFi",
          hwVersion: "03.40.0023",
          serialNumber: "SIM-0001",
        },
        customData: FRONT_DOOR.custom_data,
      },
      {
        id: GATE,
        name: "Garden gate",
        category: "SmartLock",
        handleType: "utec-lock",
        deviceInfo: { manufacturer: "U-tec", model: "Latch-5-NFC", hwVersion: "02.12.0007" },
      },
    ]);
  });

  test("can leave out fields and whole devices", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, behaviour: { missing_fields: ["deviceInfo", "customData"] } });
    control.change({ device_id: GATE, behaviour: { hidden_in: ["discovery"] } });
    expect(await visitor.discover()).toEqual([
      { id: FRONT, name: "Front door", category: "SmartLock", handleType: "utec-lock-sensor" },
    ]);
  });

  test("shows a user only the devices that are theirs", async () => {
    const { visitor } = await visit({}, [{ ...FRONT_DOOR, user_ids: ["somebody else"] }, GARDEN_GATE]);
    expect(await visitor.discover()).toMatchObject([{ id: GATE }]);
    expect(await visitor.query(FRONT)).toEqual([]);
    expect(await visitor.command(FRONT, "st.lock", "unlock")).toMatchObject({ error: { code: "BAD-REQUEST" } });
  });

  test.for([0, 10_000])("of %i devices works, and so does a Query for all of them", async (count) => {
    const devices = Array.from({ length: count }, (_, index) => ({ ...GARDEN_GATE, id: `gate-${index}` }));
    const { visitor } = await visit({}, devices);
    const ids = (await visitor.discover()).map(({ id }) => String(id));
    expect(ids).toHaveLength(count);
    expect(await visitor.query(...ids)).toHaveLength(count);
  });
});

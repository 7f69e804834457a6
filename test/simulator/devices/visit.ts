import { DEMO, FRONT_DOOR, GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";
import type { DeviceDefinition } from "../../../src/simulator/devices/device-model.ts";
import type { CloudSettings } from "../../../src/simulator/settings/cloud-settings.ts";
import { ManualClock } from "../../clock.ts";
import { startCloud, Visitor } from "../visitor.ts";

export const FRONT = FRONT_DOOR.id;
export const GATE = GARDEN_GATE.id;
export const LOCK_STATE = "st.lock lockState";

/** A cloud on a clock that stands still, and somebody who is signed in there. */
export async function visit(
  settings: Partial<CloudSettings> = {},
  devices: readonly DeviceDefinition[] = DEMO.devices,
) {
  const clock = new ManualClock();
  const visitor = await Visitor.signedIn(await startCloud({ clock, devices, settings }));
  const lockState = async (id = FRONT): Promise<unknown> => (await visitor.query(id))[0]?.[LOCK_STATE];
  return { clock, visitor, control: visitor.cloud.control, lockState };
}

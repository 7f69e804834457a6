import { DoorRow } from "./door-row.ts";
import { LockAll } from "./lock-all.ts";
import { ManyDoors } from "./many-doors.ts";

/** What the overview needs of a house with many doors. */
export const MANY_ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-door-row": DoorRow,
  "utec-lock-all": LockAll,
  "utec-many-doors": ManyDoors,
};

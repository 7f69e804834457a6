import { DeviceArrangement } from "./device-arrangement.ts";

/** What a card needs while a person names its device. */
export const ARRANGEMENT_ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-device-arrangement": DeviceArrangement,
};

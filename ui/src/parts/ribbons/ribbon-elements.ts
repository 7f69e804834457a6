import { BatteryMonths } from "./battery-months.ts";
import { DoorRibbon } from "./door-ribbon.ts";
import { PathLine } from "./path-line.ts";
import { TokenLane } from "./token-lane.ts";

/** What tells how things were, and the way to the locks: loaded once the overview stands. */
export const elements: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-battery-months": BatteryMonths,
  "utec-door-ribbon": DoorRibbon,
  "utec-path-line": PathLine,
  "utec-token-lane": TokenLane,
};

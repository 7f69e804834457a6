import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";

/** A crash: the procedure stops at this step as if the process had died there. */
export class Crash extends Error {}

export function crashAt(step: GrantStep): (now: GrantStep) => void {
  return (now) => {
    if (now === step) throw new Crash();
  };
}

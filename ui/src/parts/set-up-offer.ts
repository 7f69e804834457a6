import { SET_UP_STEPS } from "../../../src/state/set-up.ts";
import type { SetUpStep } from "../../../src/state/set-up.ts";
import { say } from "../words/language/words.ts";

/** What the button says, and what its press does, in order. */
export interface SetUpOffer {
  readonly label: string;
  readonly will: readonly string[];
  /** What people may do instead; null where there is nothing else. */
  readonly instead: string | null;
}

/** Null where there is nothing to press, or a newer gateway would do something that can't be said here. */
export function setUpOffer(steps: readonly SetUpStep[]): SetUpOffer | null {
  if (steps.length === 0 || !steps.every((step) => SET_UP_STEPS.includes(step))) return null;
  if (steps.includes("add")) {
    const instead = steps.includes("install") ? say("set_up.instead") : null;
    return { label: say("set_up.set_up"), will: steps.map((step) => say(`set_up.will_${step}`)), instead };
  }
  const later = say("set_up.will_connect_again");
  if (steps.includes("install")) {
    const will = [say("set_up.will_update"), say("set_up.will_restart"), later];
    return { label: say("set_up.update"), will, instead: null };
  }
  return { label: say("set_up.restart"), will: [say("set_up.will_restart"), later], instead: null };
}

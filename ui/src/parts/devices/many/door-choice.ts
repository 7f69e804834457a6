import { GROUPINGS } from "./door-groups.ts";
import type { Grouping } from "./door-groups.ts";

const KEY = "utec-gateway.doors";

/** How the person wants to see many devices; kept in the browser for later visits. */
export interface DoorChoice {
  readonly by: Grouping;
  /** The groups that are closed. */
  readonly closed: readonly string[];
}

export function readChoice(): DoorChoice {
  try {
    const { by, closed } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<DoorChoice>;
    return {
      by: GROUPINGS.find((known) => known === by) ?? "state",
      closed: Array.isArray(closed) ? closed.filter((one) => typeof one === "string") : [],
    };
  } catch {
    return { by: "state", closed: [] };
  }
}

export function keepChoice(choice: DoorChoice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // A browser that keeps nothing: it is as it was at the next visit.
  }
}

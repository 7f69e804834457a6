import type { StateEntry } from "./device-model.ts";
import type { CloudSettings } from "./settings.ts";

/** A device with its states, written in one of the casings that were seen in documents and in the field. */
export function writeStates(id: string, states: readonly StateEntry[], casing: CloudSettings["casing"]): object {
  switch (casing) {
    case "canonical":
      return { id, states };
    case "documented":
      return { id, states: states.map(documented) };
    case "wild":
      return { ID: id, States: states.map(documented).map(wild) };
  }
}

/** `st.Lock` and `locked`; of the capabilities only the health check keeps its small letter. */
function documented({ capability, name, value }: StateEntry): StateEntry {
  return {
    capability:
      capability === "st.healthCheck"
        ? capability
        : capability.replace(/\.(.)/, (_, first: string) => `.${first.toUpperCase()}`),
    name,
    value: typeof value === "string" ? value.toLowerCase() : value,
  };
}

function wild({ capability, name, value }: StateEntry): object {
  return { Capability: capability, Name: name, Value: typeof value === "number" ? String(value) : value };
}

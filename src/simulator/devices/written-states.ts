import type { StateEntry } from "./device-model.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";

type WritingSettings = Pick<CloudSettings, "casing" | "states_shape">;

/** A device with its states, written in one of the casings and shapes that were seen in documents and in the field. */
export function writtenStates(id: string, states: readonly StateEntry[], settings: WritingSettings): object {
  const { casing, states_shape } = settings;
  const entries = casing === "canonical" ? states : states.map(documented);
  const isMapping = states_shape === "mapping";
  if (casing === "wild") return { ID: id, States: isMapping ? mapping(entries) : entries.map(wild) };
  return { id, states: isMapping ? mapping(entries) : entries };
}

function mapping(entries: readonly StateEntry[]): object {
  const byCapability = Map.groupBy(entries, ({ capability }) => capability);
  return Object.fromEntries(
    [...byCapability].map(([capability, states]) => [
      capability,
      Object.fromEntries(states.map(({ name, value }) => [name, value])),
    ]),
  );
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

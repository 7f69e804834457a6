import type { Snapshot } from "../../../src/state/picture.ts";
import { withAges } from "../../../src/state/report-ages.ts";
import type { Update } from "../../../src/state/report-ages.ts";

/** As many commands as a snapshot holds. */
const COMMANDS_KEPT = 100;

/** The picture after a change: changed objects replace, new ones are added at the end, removed ones go; then its ages count. */
export function withChange(picture: Snapshot, change: Update): Snapshot {
  const { set, removed, ages } = change;
  const changed: Snapshot = {
    seq: change.seq,
    gateway: set.gateway ?? picture.gateway,
    accounts: merge(picture.accounts, set.accounts, removed.accounts),
    devices: merge(picture.devices, set.devices, removed.devices),
    commands: merge(picture.commands, set.commands).slice(-COMMANDS_KEPT),
  };
  return ages === undefined ? changed : withAges(changed, ages);
}

function merge<T extends { readonly id: string }>(
  old: readonly T[],
  changed: readonly T[] = [],
  removed: readonly string[] = [],
): readonly T[] {
  if (changed.length === 0 && removed.length === 0) return old;
  const byId = new Map(old.map((object) => [object.id, object]));
  for (const object of changed) byId.set(object.id, object);
  for (const id of removed) byId.delete(id);
  return [...byId.values()];
}

import type { Change, Snapshot } from "../../../src/state/picture.ts";

/** As many commands as a snapshot holds. */
const COMMANDS_KEPT = 100;

/** The picture after a change: changed objects replace, new ones are added at the end, removed ones go. */
export function withChange(picture: Snapshot, change: Change): Snapshot {
  const { set, removed } = change;
  return {
    seq: change.seq,
    gateway: set.gateway ?? picture.gateway,
    accounts: merge(picture.accounts, set.accounts, removed.accounts),
    devices: merge(picture.devices, set.devices, removed.devices),
    commands: merge(picture.commands, set.commands).slice(-COMMANDS_KEPT),
  };
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

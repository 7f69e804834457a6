import type { Change } from "./picture.ts";

/**
 * Two changes in a row as one. Objects are whole, so of each id the later word counts: a change, or that it is gone.
 * What is in a snapshot already may be said again without harm.
 */
export function mergeChanges(earlier: Change, later: Change): Change {
  const gateway = later.set.gateway ?? earlier.set.gateway;
  const accounts = merge(earlier.set.accounts, later.set.accounts, later.removed.accounts);
  const devices = merge(earlier.set.devices, later.set.devices, later.removed.devices);
  const commands = merge(earlier.set.commands, later.set.commands);
  const goneAccounts = mergeGone(earlier.removed.accounts, later.removed.accounts, accounts);
  const goneDevices = mergeGone(earlier.removed.devices, later.removed.devices, devices);
  return {
    seq: later.seq,
    set: {
      ...(gateway ? { gateway } : {}),
      ...(accounts.length > 0 ? { accounts } : {}),
      ...(devices.length > 0 ? { devices } : {}),
      ...(commands.length > 0 ? { commands } : {}),
    },
    removed: {
      ...(goneAccounts.length > 0 ? { accounts: goneAccounts } : {}),
      ...(goneDevices.length > 0 ? { devices: goneDevices } : {}),
    },
  };
}

function merge<T extends { readonly id: string }>(
  earlier: readonly T[] = [],
  later: readonly T[] = [],
  gone: readonly string[] = [],
): T[] {
  const byId = new Map(earlier.map((object) => [object.id, object]));
  for (const id of gone) byId.delete(id);
  for (const object of later) byId.set(object.id, object);
  return [...byId.values()];
}

/** `there`: what the merged change sets, which is not gone. */
function mergeGone(
  earlier: readonly string[] = [],
  later: readonly string[] = [],
  there: readonly { readonly id: string }[],
): string[] {
  const gone = new Set([...earlier, ...later]);
  for (const { id } of there) gone.delete(id);
  return [...gone];
}

import { isSameJson } from "../json.ts";
import type { AccountState, Change, CommandState, DeviceState, GatewayState, Snapshot } from "./picture.ts";

/** How many of the latest commands the picture shows. */
export const COMMANDS_KEPT = 100;

export interface PictureUpdate {
  readonly gateway?: Partial<Omit<GatewayState, "id">>;
  readonly accounts?: readonly AccountState[];
  readonly devices?: readonly DeviceState[];
  readonly commands?: readonly CommandState[];
  readonly removed_accounts?: readonly string[];
  readonly removed_devices?: readonly string[];
}

interface Follower {
  readonly listener: (change: Change) => void;
  /** The number of the last change that was in what it could read when it subscribed. */
  readonly since: number;
}

/**
 * The one live picture: what is learnt from the cloud or the keeper is written here, and what is shown is read
 * here. Every change has a number; an object that did not change makes no change.
 */
export class LivePicture {
  #seq = 0;
  #gateway: GatewayState;
  readonly #accounts = new Map<string, AccountState>();
  readonly #devices = new Map<string, DeviceState>();
  readonly #commands = new Map<string, CommandState>();
  /** The ids of those that have ended: the one that ended first is forgotten first. */
  readonly #endedCommands = new Set<string>();
  readonly #followers = new Set<Follower>();
  /** Changes that some follower has not received yet; empty except while `update` runs. */
  readonly #undelivered: Change[] = [];

  constructor(gateway: GatewayState) {
    this.#gateway = gateway;
  }

  get gateway(): GatewayState {
    return this.#gateway;
  }

  account(id: string): AccountState | undefined {
    return this.#accounts.get(id);
  }

  device(id: string): DeviceState | undefined {
    return this.#devices.get(id);
  }

  command(id: string): CommandState | undefined {
    return this.#commands.get(id);
  }

  accounts(): AccountState[] {
    return [...this.#accounts.values()];
  }

  devices(): DeviceState[] {
    return [...this.#devices.values()];
  }

  commands(): CommandState[] {
    return [...this.#commands.values()];
  }

  snapshot(): Snapshot {
    return {
      seq: this.#seq,
      gateway: this.#gateway,
      accounts: this.accounts(),
      devices: this.devices(),
      commands: this.commands(),
    };
  }

  /**
   * Calls `listener` with every change from now on, in order; returns a function that ends this. A listener that throws
   * is a bug: the others are called all the same, and the error surfaces as an uncaught exception, as with an
   * EventTarget.
   */
  subscribe(listener: (change: Change) => void): () => void {
    const follower: Follower = { listener, since: this.#seq };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /**
   * Writes what is new and notifies the followers once. A follower may write in turn: what it writes takes effect at
   * once, and is delivered after the change that it received, so that all see the changes in the order of their
   * numbers.
   */
  update(update: PictureUpdate): void {
    const gateway = this.#mergeGateway(update.gateway);
    const accounts = replaceChanged(this.#accounts, update.accounts);
    const devices = replaceChanged(this.#devices, update.devices);
    const commands = replaceChanged(this.#commands, update.commands);
    const goneAccounts = remove(this.#accounts, update.removed_accounts);
    const goneDevices = remove(this.#devices, update.removed_devices);
    this.#forgetOldCommands(commands);

    const set = {
      ...(gateway ? { gateway } : {}),
      ...(accounts.length > 0 ? { accounts } : {}),
      ...(devices.length > 0 ? { devices } : {}),
      ...(commands.length > 0 ? { commands } : {}),
    };
    const removed = {
      ...(goneAccounts.length > 0 ? { accounts: goneAccounts } : {}),
      ...(goneDevices.length > 0 ? { devices: goneDevices } : {}),
    };
    if (Object.keys(set).length === 0 && Object.keys(removed).length === 0) return;
    this.#notify({ seq: ++this.#seq, set, removed });
  }

  #notify(change: Change): void {
    if (this.#undelivered.push(change) > 1) return;
    for (let next = this.#undelivered[0]; next; next = this.#undelivered[0]) {
      for (const { listener, since } of this.#followers) {
        if (next.seq <= since) continue;
        try {
          listener(next);
        } catch (error) {
          process.nextTick(() => {
            throw error;
          });
        }
      }
      this.#undelivered.shift();
    }
  }

  #mergeGateway(part: PictureUpdate["gateway"]): GatewayState | undefined {
    if (!part) return undefined;
    const merged = { ...this.#gateway, ...part };
    if (isSameJson(merged, this.#gateway)) return undefined;
    this.#gateway = merged;
    return merged;
  }

  /** The oldest go first; one in progress stays, because somebody is waiting for its end. */
  #forgetOldCommands(changed: readonly CommandState[]): void {
    for (const { id, ended_at } of changed) if (ended_at !== null) this.#endedCommands.add(id);
    for (const id of this.#endedCommands) {
      if (this.#commands.size <= COMMANDS_KEPT) return;
      this.#commands.delete(id);
      this.#endedCommands.delete(id);
    }
  }
}

function replaceChanged<T extends { readonly id: string }>(map: Map<string, T>, objects: readonly T[] = []): T[] {
  const changed = objects.filter((object) => !isSameJson(map.get(object.id), object));
  for (const object of changed) map.set(object.id, object);
  return changed;
}

function remove(map: Map<string, unknown>, ids: readonly string[] = []): string[] {
  return ids.filter((id) => map.delete(id));
}

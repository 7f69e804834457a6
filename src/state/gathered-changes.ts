import type { AccountState, Change, CommandState, DeviceState, GatewayState } from "./picture.ts";

/**
 * Several changes in one. Objects are whole, so the latest of each id counts: a change, or its removal. What is
 * in a snapshot already may be repeated without harm. Adding a change costs what is in it, however much has gathered.
 */
export class GatheredChanges {
  #seq = 0;
  #gateway: GatewayState | undefined;
  readonly #accounts = new Gathered<AccountState>();
  readonly #devices = new Gathered<DeviceState>();
  readonly #commands = new Gathered<CommandState>();
  /** What has gathered, as one change; null when it has to be built again. */
  #built: Change | null = null;
  #isEmpty = true;

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  add({ seq, set, removed }: Change): void {
    this.#isEmpty = false;
    this.#built = null;
    this.#seq = seq;
    this.#gateway = set.gateway ?? this.#gateway;
    this.#accounts.add(set.accounts, removed.accounts);
    this.#devices.add(set.devices, removed.devices);
    this.#commands.add(set.commands);
  }

  /** What has gathered as one change under the latest number; null when nothing has. It stays until `clear`. */
  read(): Change | null {
    if (this.#isEmpty) return null;
    this.#built ??= {
      seq: this.#seq,
      set: {
        ...(this.#gateway ? { gateway: this.#gateway } : {}),
        ...(this.#accounts.set.size > 0 ? { accounts: [...this.#accounts.set.values()] } : {}),
        ...(this.#devices.set.size > 0 ? { devices: [...this.#devices.set.values()] } : {}),
        ...(this.#commands.set.size > 0 ? { commands: [...this.#commands.set.values()] } : {}),
      },
      removed: {
        ...(this.#accounts.gone.size > 0 ? { accounts: [...this.#accounts.gone] } : {}),
        ...(this.#devices.gone.size > 0 ? { devices: [...this.#devices.gone] } : {}),
      },
    };
    return this.#built;
  }

  clear(): void {
    this.#isEmpty = true;
    this.#built = null;
    this.#gateway = undefined;
    this.#accounts.clear();
    this.#devices.clear();
    this.#commands.clear();
  }
}

/** Objects of one kind by id: those that changed, and those that are gone. */
class Gathered<T extends { readonly id: string }> {
  readonly set = new Map<string, T>();
  readonly gone = new Set<string>();

  add(objects: readonly T[] = [], gone: readonly string[] = []): void {
    for (const object of objects) {
      this.gone.delete(object.id);
      this.set.set(object.id, object);
    }
    for (const id of gone) {
      this.set.delete(id);
      this.gone.add(id);
    }
  }

  clear(): void {
    this.set.clear();
    this.gone.clear();
  }
}

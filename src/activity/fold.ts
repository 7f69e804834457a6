import type { ActivityDraft, ActivityEntry, ActivityValue } from "./entry.ts";

const MINUTE = 60_000;
/** A failure this long after the same one before it is the same event again. */
export const REPEATS_WITHIN_MS = 60 * MINUTE;
/** Devices that one cause takes away are noticed one after the other. */
export const TOGETHER_MS = 2 * MINUTE;
/** What goes away again this soon after it came back had not really come back. */
export const FLAPS_WITHIN_MS = 10 * MINUTE;
/** What comes again and again has a line for each day. */
export const LONGEST_MS = 24 * 60 * MINUTE;
/** So long after its end a command may still have an effect, and then some. */
const COMMAND_MS = 10 * MINUTE;

/** These take all devices of an account away at once. */
const OF_THE_ACCOUNT: ReadonlySet<ActivityValue> = new Set(["cloud_unreachable", "sign_in_needed"]);

interface Outage {
  readonly event: number;
  readonly account: string | null;
  readonly reason: ActivityValue | null;
  readonly startedAt: number;
  readonly devices: Set<string>;
  /** What each device is that has not come back. */
  readonly away: Map<string, Set<"missing" | "unavailable">>;
  lastBackAt: number;
}

interface Group {
  readonly event: number;
  readonly startedAt: number;
  lastAt: number;
}

interface State {
  outages: Outage[];
  /** By command id. */
  readonly commands: Map<string, Group>;
  /** By device and what failed how. */
  readonly failures: Map<string, Group>;
  /** By what it is, and the account. */
  readonly together: Map<string, Group>;
}

/**
 * Tells which event an entry belongs to. One event is one line for people: an outage with all devices that it took away
 * and their return, a command with its effects, the same failure again and again, what was found or removed together.
 *
 * An event is named after its first entry and stays where that stands, so that nothing moves while somebody reads on.
 */
export class Fold {
  #state: State;

  constructor(state: State = { outages: [], commands: new Map(), failures: new Map(), together: new Map() }) {
    this.#state = state;
  }

  /** For a transaction that may have to be begun again. */
  copy(): Fold {
    return new Fold(structuredClone(this.#state));
  }

  /** The event that an entry goes on with; null where it begins one. */
  eventOf(entry: ActivityDraft): number | null {
    switch (entry.kind) {
      case "state_changed":
        return entry.command === null ? null : (this.#state.commands.get(entry.command.id)?.event ?? null);
      case "command_ended":
        return this.#ofCommand(entry);
      case "device_unavailable":
      case "device_missing":
        return this.#ofLoss(entry)?.event ?? null;
      case "device_available":
      case "device_found":
        return this.#outageOf(entry.device_id)?.event ?? null;
      case "device_removed":
        return this.#outageOf(entry.device_id)?.event ?? this.#ofGroup(entry);
      case "device_added":
        return this.#ofGroup(entry);
    }
  }

  /** Takes in an entry that has been written, in the order of their numbers. */
  take(entry: ActivityEntry): void {
    this.#forget(entry.at);
    switch (entry.kind) {
      case "state_changed":
      case "command_ended":
        return this.#takeCommand(entry);
      case "device_unavailable":
      case "device_missing":
        return this.#takeLoss(entry);
      case "device_available":
      case "device_found":
        return void this.#takeReturn(entry);
      case "device_removed":
        if (!this.#takeReturn(entry)) grow(this.#state.together, groupKey(entry), entry);
        return;
      case "device_added":
        return grow(this.#state.together, groupKey(entry), entry);
    }
  }

  #ofCommand(entry: ActivityDraft): number | null {
    const { command } = entry;
    if (command === null) return null;
    const own = this.#state.commands.get(command.id);
    if (own !== undefined) return own.event;
    const before = this.#state.failures.get(failureKey(entry));
    return before !== undefined && isNear(before, entry.at, REPEATS_WITHIN_MS) ? before.event : null;
  }

  #takeCommand(entry: ActivityEntry): void {
    const { command, kind, device_id } = entry;
    if (command === null) return;
    grow(this.#state.commands, command.id, entry);
    if (kind !== "command_ended") return;
    // What has worked in between ends the row of failures.
    if (command.outcome === "confirmed") {
      for (const key of this.#state.failures.keys()) {
        if (key.startsWith(ofDevice(device_id))) this.#state.failures.delete(key);
      }
    } else if (command.outcome !== "superseded") {
      grow(this.#state.failures, failureKey(entry), entry);
    }
  }

  /** The outage that takes the device away: one that it is in, one of the same cause, or one that it was just in. */
  #ofLoss(entry: ActivityDraft): Outage | undefined {
    const own = this.#outageOf(entry.device_id);
    if (own !== undefined) return own;
    const reason = reasonOf(entry);
    const isOfAccount = reason !== null && OF_THE_ACCOUNT.has(reason);
    return this.#state.outages.findLast((outage) => {
      if (outage.account !== entry.account_id || outage.reason !== reason) return false;
      const flaps = entry.at - outage.lastBackAt <= FLAPS_WITHIN_MS && entry.at - outage.startedAt <= LONGEST_MS;
      if (isOfAccount) return outage.away.size > 0 || flaps;
      return entry.at - outage.startedAt <= TOGETHER_MS || (flaps && outage.devices.has(entry.device_id));
    });
  }

  #takeLoss(entry: ActivityEntry): void {
    let outage = this.#state.outages.find(({ event }) => event === entry.event);
    if (outage === undefined) {
      const { event, account_id, at } = entry;
      outage = {
        event,
        account: account_id,
        reason: reasonOf(entry),
        startedAt: at,
        devices: new Set(),
        away: new Map(),
        lastBackAt: -Infinity,
      };
      this.#state.outages.push(outage);
    }
    const is = outage.away.get(entry.device_id) ?? new Set();
    outage.away.set(entry.device_id, is.add(entry.kind === "device_missing" ? "missing" : "unavailable"));
    outage.devices.add(entry.device_id);
  }

  /** False for a device that was not away. */
  #takeReturn({ kind, device_id, at }: ActivityEntry): boolean {
    const outage = this.#outageOf(device_id);
    const is = outage?.away.get(device_id);
    if (outage === undefined || is === undefined) return false;
    if (kind === "device_removed") is.clear();
    else is.delete(kind === "device_found" ? "missing" : "unavailable");
    if (is.size > 0) return true;
    outage.away.delete(device_id);
    outage.lastBackAt = at;
    return true;
  }

  #outageOf(deviceId: string): Outage | undefined {
    return this.#state.outages.find(({ away }) => away.has(deviceId));
  }

  #ofGroup(entry: ActivityDraft): number | null {
    const group = this.#state.together.get(groupKey(entry));
    return group !== undefined && isNear(group, entry.at, TOGETHER_MS) ? group.event : null;
  }

  #forget(now: number): void {
    const { commands, failures, together } = this.#state;
    for (const [groups, ms] of [
      [commands, COMMAND_MS],
      [failures, REPEATS_WITHIN_MS],
      [together, TOGETHER_MS],
    ] as const) {
      for (const [key, { lastAt }] of groups) if (now - lastAt > ms) groups.delete(key);
    }
    this.#state.outages = this.#state.outages.filter(
      ({ away, lastBackAt, startedAt }) =>
        away.size > 0 || now - Math.max(lastBackAt, startedAt) <= Math.max(FLAPS_WITHIN_MS, TOGETHER_MS),
    );
  }
}

function grow(groups: Map<string, Group>, key: string, { event, at }: ActivityEntry): void {
  const group = groups.get(key);
  if (group?.event === event) group.lastAt = at;
  else groups.set(key, { event, startedAt: at, lastAt: at });
}

function isNear({ startedAt, lastAt }: Group, at: number, ms: number): boolean {
  return at - lastAt <= ms && at - startedAt <= LONGEST_MS;
}

function reasonOf({ kind, to }: ActivityDraft): ActivityValue | null {
  return kind === "device_missing" ? "missing" : to;
}

function groupKey({ kind, account_id }: ActivityDraft): string {
  return `${kind} ${account_id}`;
}

function ofDevice(deviceId: string): string {
  return `${JSON.stringify(deviceId)} `;
}

/** The same was asked of the same device by the same one, and came to nothing in the same way. */
function failureKey({ device_id, command }: ActivityDraft): string {
  const { name, args, origin, outcome, error } = command ?? {};
  const who = [origin?.kind, origin?.name, origin?.automation];
  return ofDevice(device_id) + JSON.stringify([name, args, who, outcome, error?.code]);
}

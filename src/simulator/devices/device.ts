import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../json.ts";
import { COMMANDS } from "./command.ts";
import type { Command } from "./command.ts";
import { capabilitiesOf, initialStates } from "./device-model.ts";
import type { CommandOutcome, DeviceBehaviour, DeviceDefinition, DeviceStates, DeviceView } from "./device-model.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";

/** Why a device did not take a command; the code and sentence that the cloud answers with. */
export class DeviceRefusal extends Error {
  override readonly name = "DeviceRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface DeviceParts {
  readonly clock: Clock;
  readonly settings: () => CloudSettings;
}

const WELL_BEHAVED: DeviceBehaviour = {
  settle_ms: null,
  late_ms: 40_000,
  auto_lock_ms: 0,
  next_commands: [],
  offline_polls: 0,
  spoils_queries: false,
  hidden_in: [],
  missing_capabilities: [],
  missing_states: [],
  extra_states: [],
  double: null,
  missing_fields: [],
};

/**
 * One device, kept twice: as it really is, and as the cloud last heard of it. Commands and people change the first; the
 * second follows, delayed if the settings say so, and not at all while the device is offline.
 */
export class Device {
  readonly definition: DeviceDefinition;
  readonly capabilities: readonly string[];
  readonly #parts: DeviceParts;
  readonly #timers = new Set<() => void>();
  #stopAutoLock: () => void = () => {};
  #actual: DeviceStates;
  /** How many changes there were, and which of them the cloud heard of last. */
  #changes = 0;
  #heard = 0;
  #reported: DeviceStates;
  #behaviour: DeviceBehaviour;

  constructor(definition: DeviceDefinition, parts: DeviceParts) {
    this.definition = definition;
    this.capabilities = capabilitiesOf(definition);
    this.#parts = parts;
    this.#actual = initialStates(definition);
    this.#reported = this.#actual;
    this.#behaviour = { ...WELL_BEHAVED, ...definition.behaviour };
    this.#armAutoLock();
  }

  get behaviour(): DeviceBehaviour {
    return this.#behaviour;
  }

  /** What a Query reports. Uses up one of the offline polls, if there are any. */
  poll(): DeviceStates {
    if (this.#behaviour.offline_polls === 0) return this.#reported;
    this.behave({ offline_polls: this.#behaviour.offline_polls - 1 });
    return { ...this.#reported, online: false };
  }

  /**
   * Accepts a command; it is carried out later, or never, whatever the seconds promise.
   * @returns the seconds of the deferred response
   * @throws DeviceRefusal `DEVICE_OFFLINE` (documented) or `BAD-REQUEST` (seen in the field)
   */
  command(capability: string, name: string, args: JsonObject, onExecuted: () => void): number {
    if (!this.#actual.online) {
      throw new DeviceRefusal("DEVICE_OFFLINE", "The device is offline and accepts no command.");
    }
    const command = this.capabilities.includes(capability) ? COMMANDS[`${capability}/${name}`] : undefined;
    if (command === undefined) throw new DeviceRefusal("BAD-REQUEST", `The device has no ${capability} ${name}.`);
    if (!command.takes(args)) throw new DeviceRefusal("BAD-REQUEST", `The arguments of ${name} are wrong.`);
    const outcome = this.#nextOutcome();
    if (outcome === "refused") throw new DeviceRefusal("BAD-REQUEST", "The device refuses the command.");
    const { settle_ms, deferred_s } = this.#parts.settings();
    const settleMs = this.#behaviour.settle_ms ?? settle_ms;
    const happensIn = settleMs + (outcome === "late" ? this.#behaviour.late_ms : 0);
    this.#later(happensIn, () => this.#execute(command, args, outcome, settleMs, onExecuted));
    return deferred_s ?? command.seconds;
  }

  /** A change by hand: a turned key, an opened door, a removed battery. */
  change(states: Partial<DeviceStates>): void {
    const heard = this.#actual.online || states.online === true;
    this.#actual = { ...this.#actual, ...states };
    if (states.lock_state !== undefined || states.lock_mode !== undefined) this.#armAutoLock();
    if (!heard) return;
    // The cloud knows at once whether it is online; its states may take longer.
    this.#reported = { ...this.#reported, online: this.#actual.online };
    const said = this.#actual;
    const number = ++this.#changes;
    this.#later(this.#parts.settings().stale_ms, () => {
      // The delay may have been shortened meanwhile: an earlier change must not be heard after a later one.
      if (number < this.#heard) return;
      this.#heard = number;
      this.#reported = { ...said, online: this.#actual.online };
    });
  }

  behave(behaviour: Partial<DeviceBehaviour>): void {
    this.#behaviour = { ...this.#behaviour, ...behaviour };
    if (behaviour.auto_lock_ms !== undefined) this.#armAutoLock();
  }

  view(): DeviceView {
    return {
      id: this.definition.id,
      name: this.definition.name,
      actual: this.#actual,
      reported: this.#reported,
      behaviour: this.#behaviour,
    };
  }

  /** Cancels everything that is under way. */
  close(): void {
    this.#stopAutoLock();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #execute(command: Command, args: JsonObject, outcome: CommandOutcome, settleMs: number, done: () => void): void {
    if (outcome === "ignored" || !this.#actual.online) return;
    const before = this.#actual;
    const change = command.change(before, args);
    if (change === null) return;
    if (outcome === "jammed") {
      this.change({ lock_state: "Jammed" });
      return;
    }
    done();
    this.change(change);
    if (outcome !== "reverted") return;
    const undo = Object.fromEntries(Object.entries(before).filter(([key]) => Object.hasOwn(change, key)));
    this.#later(settleMs, () => this.change(undo));
  }

  #nextOutcome(): CommandOutcome {
    const [next = "executed", ...rest] = this.#behaviour.next_commands;
    this.#behaviour = { ...this.#behaviour, next_commands: rest };
    return next;
  }

  /** A lock does not lock itself in passage mode. */
  #armAutoLock(): void {
    this.#stopAutoLock();
    const { auto_lock_ms } = this.#behaviour;
    if (auto_lock_ms === 0 || this.#actual.lock_state !== "Unlocked" || this.#actual.lock_mode === 1) return;
    this.#stopAutoLock = this.#parts.clock.after(auto_lock_ms, () => this.change({ lock_state: "Locked" }));
  }

  #later(ms: number, act: () => void): void {
    if (ms === 0) {
      act();
      return;
    }
    const cancel = this.#parts.clock.after(ms, () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
  }
}

import type { AccountState } from "../keeper/account.ts";
import { COMMAND_NAMES } from "./device-commands.ts";
import type { CommandArguments, CommandName } from "./device-commands.ts";
import { DEVICE_VALUES, LOCK_MODES } from "./device-values.ts";
import type { Color, DeviceValue, DeviceValues } from "./device-values.ts";
import type { SettingsProblem } from "../settings/settings.ts";
import type { SetUpState } from "./set-up.ts";
import type { Worded } from "../said/said.ts";

/**
 * The models of the one live picture. These objects are what the API answers, what the live feed and the link send and
 * what the page shows: one shape, one name per thing, snake_case as in JSON. `*_at` are epoch milliseconds.
 */
export { COMMAND_NAMES, DEVICE_VALUES, LOCK_MODES };
export type { AccountState, Color, CommandArguments, CommandName, DeviceValue, DeviceValues, SettingsProblem };

export const DEVICE_KINDS = ["lock", "light", "plug", "switch", "unknown"] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];
export type LockState = NonNullable<DeviceValues["lock_state"]>;
export type LockMode = NonNullable<DeviceValues["lock_mode"]>;
export type DoorState = NonNullable<DeviceValues["door_state"]>;
export type SwitchState = NonNullable<DeviceValues["switch_state"]>;
/** Stands only between a command that the cloud accepted and its confirmation, bounded in time. */
export type LockTransition = "locking" | "unlocking";

/** The value that a device is there for: the bolt of a lock, the switch of the others. */
export const MAIN_VALUES = {
  lock: "lock_state",
  light: "switch_state",
  plug: "switch_state",
  switch: "switch_state",
  unknown: "switch_state",
} as const satisfies Readonly<Record<DeviceKind, DeviceValue>>;

/**
 * How far the age of a device's main state (the bolt of a lock, the switch of the others) lets it be trusted: `stale`
 * is shown as old, `expired` no longer as a state. `unknown`: the cloud has never reported it.
 */
export const FRESHNESSES = ["unknown", "fresh", "stale", "expired"] as const;
export type Freshness = (typeof FRESHNESSES)[number];

/**
 * Why nothing newer is known of a device. `missing`: the last device list lacked it; `not_reported`: the cloud
 * answers, but leaves the device or its main state out.
 */
export const DEVICE_TROUBLES = ["offline", "missing", "not_reported", "sign_in_needed", "cloud_unreachable"] as const;
export type DeviceTrouble = (typeof DEVICE_TROUBLES)[number];

export interface ValueRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** A device: its values, as the table in `device-values.ts` has them, and what else is known of it. */
export interface DeviceState extends DeviceValues {
  readonly id: string;
  /** As a person named it on the page, else as the cloud does. */
  readonly name: string;
  readonly cloud_name: string;
  /** Among the devices that a person has pinned, from 1; null: not pinned. */
  readonly place: number | null;
  /** The account that serves the device. */
  readonly account_id: string;
  readonly kind: DeviceKind;
  /** As the cloud wrote them: for diagnostics, and for kinds that are not known yet. */
  readonly category: string | null;
  readonly handle_type: string | null;
  readonly capabilities: readonly string[];
  /** Those of `capabilities` that this version cannot use. */
  readonly unknown_capabilities: readonly string[];
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  readonly transition: LockTransition | null;
  /** Null for devices that cannot be dimmed. */
  readonly level_range: ValueRange | null;
  /** Kelvin; null for devices that have none. */
  readonly color_temperature_range: ValueRange | null;
  /** When the cloud last reported each value while it called the device online; absent: never. */
  readonly said_at: Readonly<Partial<Record<DeviceValue, number>>>;
  /** When the cloud last reported the main state while it called the device online. */
  readonly confirmed_at: number | null;
  readonly freshness: Freshness;
  /** False: what is known of the device is too old, or it is offline; it is shown as unavailable everywhere. */
  readonly available: boolean;
  readonly trouble: DeviceTrouble | null;
  /** Since when the account's device lists lack it; null while they have it. */
  readonly missing_since_at: number | null;
}

/** `superseded`: a newer command took its place before it was sent. */
export const COMMAND_OUTCOMES = ["confirmed", "refused", "offline", "unconfirmed", "superseded"] as const;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];

export interface CommandOrigin {
  /** `uteclocal`: a program that was made for a uteclocal gateway. */
  readonly kind: "home_assistant" | "page" | "api" | "uteclocal";
  /** The user's name, the automation's, or the address of the program, where it is known. */
  readonly name: string | null;
  /** Asked for by an automation, whose name `name` is. */
  readonly automation: boolean;
  /** The user of Home Assistant behind it, where Home Assistant named one. */
  readonly user_id?: string;
}

export interface CommandState {
  readonly id: string;
  readonly device_id: string;
  readonly name: CommandName;
  readonly args: CommandArguments;
  readonly origin: CommandOrigin;
  readonly requested_at: number;
  /** When it was sent to the cloud; null: not yet, or never. */
  readonly sent_at: number | null;
  /** When the cloud accepted it. */
  readonly accepted_at: number | null;
  /** It has ended by then, whatever happens; set at the request, and never changed. */
  readonly deadline_at: number;
  readonly ended_at: number | null;
  /** From the request to the end on the monotonic clock; null until it has ended. */
  readonly took_ms: number | null;
  readonly outcome: CommandOutcome | null;
  /** Why it did not end confirmed. */
  readonly error: ({ readonly code: string } & Worded) | null;
}

export type LinkStatus =
  | "not_configured"
  | "connecting"
  | "core_starting"
  | "token_refused"
  | "integration_missing"
  | "integration_not_set_up"
  | "other_gateway"
  | "protocol_mismatch"
  | "linked";

export interface LinkState extends Worded {
  readonly status: LinkStatus;
  readonly home_assistant_version: string | null;
  readonly integration_version: string | null;
  /** When `status` last changed. */
  readonly since_at: number;
  /** What has become of the latest press of the button that sets it up; null where nobody has pressed it in this run. */
  readonly set_up: SetUpState | null;
}

export interface CloudState {
  /** Null until the first call to the account's API has ended. */
  readonly online: boolean | null;
  readonly error: ({ readonly code: string } & Worded) | null;
  readonly last_success_at: number | null;
  /**
   * True once the account's device lists in this run of the gateway have confirmed the devices in the picture: one that
   * is not there is gone. Until then it may just not have been listed yet.
   */
  readonly devices_known: boolean;
}

export interface GatewayState {
  readonly id: string;
  readonly version: string;
  readonly started_at: number;
  readonly link: LinkState;
  /** By account id: is the account's cloud answering? */
  readonly clouds: Readonly<Record<string, CloudState>>;
  readonly problems: readonly SettingsProblem[];
  /**
   * How many requests went out to the clouds of accounts, for devices and for tokens, in the last whole hour of this run;
   * null before the first is over.
   */
  readonly calls_last_hour: number | null;
}

export interface Snapshot {
  /** The number of the last change that is in here. */
  readonly seq: number;
  readonly gateway: GatewayState;
  readonly accounts: readonly AccountState[];
  readonly devices: readonly DeviceState[];
  /** The latest commands, oldest first, at most 100. */
  readonly commands: readonly CommandState[];
}

/** Whole objects that changed, and the ids of what is gone. Absent lists are empty. */
export interface Change {
  readonly seq: number;
  readonly set: {
    readonly gateway?: GatewayState;
    readonly accounts?: readonly AccountState[];
    readonly devices?: readonly DeviceState[];
    readonly commands?: readonly CommandState[];
  };
  readonly removed: {
    readonly accounts?: readonly string[];
    readonly devices?: readonly string[];
  };
}

/** Red, green and blue, 0 to 255 each. */
export interface Color {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** What a member of a device may hold, beside null for "not known". */
export type ValueShape = { readonly description?: string } & (
  | { readonly is: "flag" }
  | { readonly is: "word"; readonly of: readonly string[] }
  | { readonly is: "number"; readonly whole?: true; readonly min?: number; readonly max?: number }
  | { readonly is: "color" }
);

interface DeviceValueDefinition {
  /** The members of a device that hold it: one of the same name, if nothing speaks against it. */
  readonly members: Readonly<Record<string, ValueShape>>;
  /** The member that the activity log shows; null where the log has another way to show it. */
  readonly logged: string | null;
}

export const LOCK_MODES = ["normal", "passage", "always_locked"] as const;

/**
 * What the cloud reports of a device, value by value: each has an age of its own. The device's type, the API's
 * document, the stored picture and the activity log are made from this table; how a value is read from the cloud's
 * answers stands in `utec/reading/value-readings.ts`, how the page shows it in `ui/src/words/device-values.ts`.
 */
export const DEVICE_VALUE_TABLE = {
  // Whether a device can be reached is logged as its availability, with the reason.
  online: { members: { online: { is: "flag" } }, logged: null },
  lock_state: {
    members: { lock_state: { is: "word", of: ["locked", "unlocked", "jammed", "unknown"] } },
    logged: "lock_state",
  },
  lock_mode: { members: { lock_mode: { is: "word", of: LOCK_MODES } }, logged: "lock_mode" },
  door_state: { members: { door_state: { is: "word", of: ["open", "closed", "unknown"] } }, logged: "door_state" },
  battery: {
    members: {
      battery_level: {
        is: "number",
        whole: true,
        min: 1,
        max: 5,
        description:
          "As the cloud reports it: often one more than its own app shows. Null where it reports a percentage.",
      },
      battery_percent: { is: "number", min: 0, max: 100 },
    },
    logged: "battery_percent",
  },
  switch_state: { members: { switch_state: { is: "word", of: ["on", "off", "unknown"] } }, logged: "switch_state" },
  level: { members: { level: { is: "number", min: 0, max: 100 } }, logged: "level" },
  color: { members: { color: { is: "color" } }, logged: "color" },
  color_temperature: {
    members: { color_temperature: { is: "number", description: "Kelvin." } },
    logged: "color_temperature",
  },
} as const satisfies Readonly<Record<string, DeviceValueDefinition>>;

export type DeviceValue = keyof typeof DEVICE_VALUE_TABLE;
export const DEVICE_VALUES = Object.keys(DEVICE_VALUE_TABLE) as readonly DeviceValue[];

type Union<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer All) => void ? All : never;
type Shapes = Union<(typeof DEVICE_VALUE_TABLE)[DeviceValue]["members"]>;
type TypeOf<Shape> = Shape extends { readonly is: "flag" }
  ? boolean
  : Shape extends { readonly is: "word"; readonly of: readonly (infer Word)[] }
    ? Word
    : Shape extends { readonly is: "number" }
      ? number
      : Color;

/**
 * The members of a device that hold its values. Null: the cloud has never reported it, or the device has no such thing.
 */
export type DeviceValues = { readonly [Member in keyof Shapes]: TypeOf<Shapes[Member]> | null };

const SHAPES = Object.entries(
  Object.assign({}, ...DEVICE_VALUES.map((value) => DEVICE_VALUE_TABLE[value].members)) as object,
) as readonly (readonly [keyof DeviceValues, ValueShape])[];

export const VALUE_MEMBERS = SHAPES.map(([member]) => member);

/** One entry for each member that holds a value. */
export function forEachMember<T>(make: (shape: ValueShape) => T): Readonly<Record<keyof DeviceValues, T>> {
  const entries = SHAPES.map(([member, shape]) => [member, make(shape)] as const);
  return Object.fromEntries(entries) as Record<keyof DeviceValues, T>;
}

/** The values of a device of which nothing is known yet. */
export const NO_VALUES: DeviceValues = forEachMember(() => null);

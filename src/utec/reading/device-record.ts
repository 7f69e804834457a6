import type { ValueRange } from "../../state/picture.ts";

/** What a device list has of one device; null is what it leaves out. */
export interface DeviceRecord {
  readonly id: string;
  readonly name: string | null;
  readonly category: string | null;
  readonly handleType: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  readonly levelRange: ValueRange | null;
  readonly colorTemperatureRange: ValueRange | null;
  /** The capabilities that its attributes imply. */
  readonly attributed: readonly string[];
  /** Opaque; the documentation asks for it back with every Query and Command. Undefined where there is none. */
  readonly customData: unknown;
}

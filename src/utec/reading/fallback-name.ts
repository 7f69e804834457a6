import type { DeviceKind } from "../../state/picture.ts";

const TITLES: Readonly<Record<DeviceKind, string>> = {
  lock: "Lock",
  light: "Light",
  plug: "Plug",
  switch: "Switch",
  unknown: "Device",
};

/** A name for a device without one, by which two of a kind can be told apart: its model and the end of its id. */
export function fallbackName(id: string, kind: DeviceKind, model: string | null): string {
  const characters = id.match(/[\p{L}\p{N}]/gu) ?? [];
  return [model ?? TITLES[kind], characters.slice(-4).join("")].join(" ").trim();
}

import type { DeviceKind } from "../../state/picture.ts";

const TITLES: Readonly<Record<DeviceKind, string>> = {
  lock: "Lock",
  light: "Light",
  plug: "Plug",
  switch: "Switch",
  unknown: "Device",
};

/** A name for a device that has none, which somebody with two of them can tell apart: its model and its id's end. */
export function fallbackName(id: string, kind: DeviceKind, model: string | null): string {
  const characters = id.match(/[\p{L}\p{N}]/gu) ?? [];
  return [model ?? TITLES[kind], characters.slice(-4).join("")].join(" ").trim();
}

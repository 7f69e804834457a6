import type { ActivityEntry } from "../../../../src/activity/entry.ts";
import { RIGHTS } from "../../../../src/http/access/rights.ts";
import type { Access } from "../../../../src/http/access/rights.ts";
import type { LogRecord } from "../../../../src/log.ts";
import type { Change, Snapshot } from "../../../../src/state/picture.ts";
import type { Update } from "../../../../src/state/report-ages.ts";
import { commandsIn, entriesIn } from "./activity-in.ts";
import { devicesIn } from "./device-in.ts";
import { accountsIn, gatewayIn } from "./picture-in.ts";
import { isObject, wordsIn } from "./reading.ts";
import type { Raw } from "./reading.ts";

export type FeedMessage =
  | ({ readonly type: "snapshot"; readonly access: Access } & Snapshot)
  | ({ readonly type: "update" } & Update)
  | { readonly type: "activity"; readonly entries: readonly ActivityEntry[] }
  | { readonly type: "log"; readonly records: readonly LogRecord[] }
  | { readonly type: "alive" };

/**
 * A message of the live feed. What it lacks is not known, and what this page does not know stands in it in a way that it
 * can show: the gateway may be older or newer. Null for what is no message: something was missed.
 */
export function readFeedMessage(text: string): FeedMessage | null {
  const raw = parsed(text);
  if (!isObject(raw)) return null;
  switch (raw["type"]) {
    case "snapshot":
      return snapshotIn(raw);
    case "update":
      return updateIn(raw);
    case "activity":
      return { type: "activity", entries: entriesIn(raw["entries"]) };
    case "log":
      return { type: "log", records: recordsIn(raw["records"]) };
    default:
      // Of a newer gateway: that it lives is all that this page can take from it.
      return typeof raw["type"] === "string" ? { type: "alive" } : null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function snapshotIn(raw: Raw): FeedMessage | null {
  const { access, gateway } = raw;
  if (!isObject(gateway)) return null;
  return {
    type: "snapshot",
    access: accessIn(access),
    seq: Number(raw["seq"] ?? 0),
    gateway: gatewayIn(gateway),
    accounts: accountsIn(raw["accounts"]),
    devices: devicesIn(raw["devices"]),
    commands: commandsIn(raw["commands"]),
  };
}

/** Who is not said to be somebody may look, as the gateway itself has it. */
function accessIn(raw: unknown): Access {
  const { standing = "unnamed", rights = [] } = isObject(raw) ? raw : {};
  const given = wordsIn(rights);
  return { standing: standing as Access["standing"], rights: RIGHTS.filter((right) => given.includes(right)) };
}

function updateIn(raw: Raw): FeedMessage | null {
  const { set = {}, removed = {}, ages } = raw;
  if (!isObject(set) || !isObject(removed)) return null;
  const { gateway } = set;
  const changed: Change["set"] = {
    ...(isObject(gateway) ? { gateway: gatewayIn(gateway) } : {}),
    accounts: accountsIn(set["accounts"]),
    devices: devicesIn(set["devices"]),
    commands: commandsIn(set["commands"]),
  };
  const gone = { accounts: wordsIn(removed["accounts"]), devices: wordsIn(removed["devices"]) };
  const update = { type: "update", seq: Number(raw["seq"] ?? 0), set: changed, removed: gone } as const;
  return isObject(ages) ? { ...update, ages: agesIn(ages) } : update;
}

function agesIn({ clouds, devices }: Raw): NonNullable<Update["ages"]> {
  return {
    clouds: isObject(clouds) ? (clouds as Readonly<Record<string, number>>) : {},
    devices: Array.isArray(devices)
      ? (devices.filter(
          (same) => isObject(same) && (Array.isArray(same["only"]) || Array.isArray(same["except"])),
        ) as NonNullable<NonNullable<Update["ages"]>["devices"]>)
      : [],
  };
}

function recordsIn(raw: unknown): readonly LogRecord[] {
  if (!Array.isArray(raw)) return [];
  return raw
    .filter(isObject)
    .filter(({ at }) => typeof at === "number")
    .map((record) => ({ fields: {}, part: "", message: "", level: "info", ...record }) as unknown as LogRecord);
}

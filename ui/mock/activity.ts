import { Fold } from "../../src/activity/fold.ts";
import type { ActivityDraft, ActivityEntry, ActivityPage, EventRows } from "../../src/activity/entry.ts";
import type { CommandState, DeviceState, Snapshot } from "../../src/state/picture.ts";
import type { Scenario } from "./scenarios.ts";
import { HOUR, MINUTE } from "./times.ts";

/** The log of a scenario, oldest first: its commands and their effects, and what was done by hand. */
export function activityOf(scenario: Scenario, { devices, commands }: Snapshot, now: number): readonly ActivityEntry[] {
  const [first, second] = devices;
  if (first === undefined) return [];
  const drafts = [
    ...devices.map((device) => draft("device_added", device, now - 29 * 24 * HOUR)),
    ...longAgo(first, now),
    ...commands.flatMap((command) => ofCommand(command, devices)),
    ...(second?.kind !== "lock" ? [] : byHand(second, now)),
    ...(scenario === "outcomes" ? outcomes(first, now) : []),
    ...devices.flatMap((device) => ofTrouble(device, now)),
  ];
  return written(
    [],
    drafts.sort((a, b) => a.at - b.at),
  );
}

/** With their numbers, and told which event each belongs to, as the gateway does it. */
export function written(before: readonly ActivityEntry[], drafts: readonly ActivityDraft[]): readonly ActivityEntry[] {
  const fold = new Fold();
  for (const entry of before) fold.take(entry);
  return drafts.map((draft, index) => {
    const id = before.length + index + 1;
    const entry = { id, event: fold.eventOf(draft) ?? id, ...draft };
    fold.take(entry);
    return entry;
  });
}

/** What the gateway reads its events from. */
export function rowsOf(entries: readonly ActivityEntry[]): EventRows {
  return {
    events: ({ before, limit, device_id }) => {
      const ids = entries
        .filter((entry) => entry.event < before && (device_id ?? entry.device_id) === entry.device_id)
        .map(({ event }) => event);
      const wanted = new Set([...new Set(ids)].sort((a, b) => b - a).slice(0, limit));
      return entries.filter(({ event }) => wanted.has(event));
    },
    after: (at) => (entries.findLast((entry) => entry.at < at)?.id ?? 0) + 1,
    newest: (each) =>
      [...Map.groupBy(entries, ({ device_id }) => device_id).values()].flatMap((own) => own.slice(-each)),
  };
}

/** As the gateway cuts it. */
export function pageOf(entries: readonly ActivityEntry[], query: URLSearchParams): ActivityPage {
  const limit = Number(query.get("limit") ?? 100);
  const kinds = query.get("kind")?.split(",");
  const found = entries.filter(
    ({ id, device_id, kind }) =>
      id < Number(query.get("before") ?? Infinity) &&
      (query.get("device_id") ?? device_id) === device_id &&
      (kinds === undefined || kinds.includes(kind)),
  );
  const page = found.toReversed().slice(0, limit);
  return { entries: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** What the log holds of a command that has ended: its effect, then its end. */
export function ofCommand(command: CommandState, devices: readonly DeviceState[]): ActivityDraft[] {
  const device = devices.find(({ id }) => id === command.device_id);
  if (device === undefined || command.ended_at === null) return [];
  const ended = { ...draft("command_ended", device, command.ended_at), command };
  if (command.outcome !== "confirmed" || (command.name !== "lock" && command.name !== "unlock")) return [ended];
  const to = command.name === "lock" ? "locked" : "unlocked";
  const from = command.name === "lock" ? "unlocked" : "locked";
  const doing = { ...command, outcome: null, took_ms: null };
  return [{ ...changed(device, command.ended_at, "lock_state", from, to), cause: "command", command: doing }, ended];
}

function byHand(device: DeviceState, now: number): ActivityDraft[] {
  return [
    changed(device, now - 40 * MINUTE, "lock_state", "unlocked", "locked"),
    changed(device, now - 26 * MINUTE, "lock_state", "locked", "unlocked"),
    changed(device, now - 5 * HOUR, "battery", 50, 30),
  ];
}

/** A door that is opened and closed many times a day. */
function longAgo(device: DeviceState, now: number): ActivityDraft[] {
  return Array.from({ length: 260 }, (_, index) => {
    const isOpening = index % 2 === 0;
    return changed(device, now - 28 * 24 * HOUR + index * 2.4 * HOUR, "door_state", ...doors(isOpening));
  });
}

function doors(isOpening: boolean): [from: string, to: string] {
  return isOpening ? ["closed", "open"] : ["open", "closed"];
}

function outcomes(device: DeviceState, now: number): ActivityDraft[] {
  const command = {
    id: "o",
    name: "unlock",
    args: {},
    origin: { kind: "home_assistant", name: "Welcome home", automation: true },
    took_ms: 800,
    error: null,
  } as const;
  const end = (minutes: number, part: Partial<NonNullable<ActivityDraft["command"]>>): ActivityDraft => ({
    ...draft("command_ended", device, now - minutes * MINUTE),
    command: { ...command, id: `o${minutes}`, outcome: "confirmed", ...part },
  });
  const refusal = {
    code: "lock_in_passage_mode",
    message: '"Front door" is in passage mode, in which it does not unlock; set it to normal mode first.',
  };
  const lost = {
    code: "command_unconfirmed",
    message:
      '"Front door" did not confirm that it is unlocked; the cloud reports locked. Look at the door before you try again.',
  };
  const away = {
    code: "device_offline",
    message: '"Front door" is offline; check its power and its Wi-Fi, or do it by hand.',
  };
  return [
    end(9, { outcome: "superseded", origin: { kind: "api", name: null, automation: false } }),
    end(7, { outcome: "refused", error: refusal, name: "lock" }),
    end(5, { outcome: "offline", error: away, origin: { kind: "page", name: "Anna", automation: false } }),
    end(3, { outcome: "unconfirmed", error: lost }),
    {
      ...changed(device, now - 2 * MINUTE, "lock_state", "locked", "unlocked"),
      cause: "command",
      command: { ...command, id: "o3", outcome: "unconfirmed" },
    },
    end(1, { name: "set_mode", args: { mode: "normal" } }),
  ];
}

function ofTrouble(device: DeviceState, now: number): ActivityDraft[] {
  if (device.missing_since_at !== null) return [draft("device_missing", device, device.missing_since_at)];
  if (device.available) return [];
  return [{ ...draft("device_unavailable", device, now - 20 * MINUTE), to: device.trouble }];
}

function changed(
  device: DeviceState,
  at: number,
  value: "lock_state" | "door_state" | "battery",
  from: string | number,
  to: string | number,
): ActivityDraft {
  return { ...draft("state_changed", device, at), value, from, to, cause: "poll" };
}

function draft(kind: ActivityDraft["kind"], { id, name, account_id }: DeviceState, at: number): ActivityDraft {
  return {
    at,
    kind,
    device_id: id,
    device_name: name,
    account_id,
    value: null,
    from: null,
    to: null,
    cause: null,
    command: null,
  };
}

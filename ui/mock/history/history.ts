import type { BatteryHistory, DoorHistory, DoorSpan, TokenMark } from "../../../src/history/history-models.ts";
import { marksOf } from "../../../src/history/token-marks.ts";
import type { DeviceState, Snapshot } from "../../../src/state/picture.ts";
import { DAY, HOUR, MINUTE } from "../times.ts";

const ANNA = { kind: "home_assistant", name: "Anna", automation: false } as const;
const NIGHT = { kind: "home_assistant", name: "Lock at night", automation: true } as const;
const DAYS = 30;

interface Asked {
  readonly url: URL;
  readonly picture: Snapshot;
}

/** Thirty days of every lock: a household that comes and goes, a day without the cloud, and a night without the gateway. */
export function doorHistory({ url, picture }: Asked): object {
  const now = Date.now();
  const wanted = url.searchParams.get("device_id");
  const locks = picture.devices.filter(({ id, kind }) => kind === "lock" && id === (wanted ?? id));
  return { ...windowOf(now), doors: locks.map((lock, index) => doorOf(lock, index, now)) };
}

/** Thirty days of every token: what is recent, three quarters of a month before it, and two outages in that. */
export function tokenHistory({ url, picture }: Asked): object {
  const now = Date.now();
  const wanted = url.searchParams.get("account_id");
  const accounts = picture.accounts
    .filter(({ id }) => id === (wanted ?? id))
    .map(({ id, recent }) => ({
      account_id: id,
      marks: recent.length === 0 ? [] : [...earlier(now), ...marksOf(recent.filter(({ at }) => at > now - 8 * DAY))],
    }));
  return { ...windowOf(now), accounts };
}

/** Seven months of every battery: one that falls as they do, and one whose batteries were changed a week ago. */
export function batteryHistory({ url, picture }: Asked): object {
  const now = Date.now();
  const wanted = url.searchParams.get("device_id");
  const batteries = picture.devices
    .filter(({ id, battery_percent }) => battery_percent !== null && id === (wanted ?? id))
    .map((device) => batteryOf(device, now));
  return { batteries };
}

function windowOf(now: number): { from: number; to: number; down: { from: number; to: number }[] } {
  return { from: now - DAYS * DAY, to: now, down: [{ from: now - 19.6 * DAY, to: now - 19.2 * DAY }] };
}

function doorOf({ id, lock_state, door_state, available }: DeviceState, index: number, now: number): DoorHistory {
  const begin = now - DAYS * DAY;
  const morning = new Date(begin).setHours(7, 12, 0, 0);
  const spans: DoorSpan[] = [span(begin, "locked")];
  for (let day = 0; day <= DAYS; day += 1) {
    const at = morning + day * DAY;
    const late = ((day * 7 + index * 3) % 5) * 17 * MINUTE;
    const leaves = [
      span(at + late, "unlocked", ANNA),
      ...(door_state === null ? [] : [span(at + late + MINUTE, "open", null)]),
      span(at + late + 6 * MINUTE, "locked", day % 3 === 0 ? ANNA : null),
    ];
    const stays = span(at + 9 * HOUR + late, "unlocked", null);
    const goesOut =
      door_state === null ? [] : [span(at + 10 * HOUR, "open", null), span(at + 10.4 * HOUR, "unlocked", null)];
    spans.push(...leaves, stays, ...(day % 4 === index % 4 ? goesOut : []), span(at + 15 * HOUR, "locked", NIGHT));
  }
  const away = [
    { from: now - 19.6 * DAY, to: now - 19.2 * DAY },
    { from: now - 8.9 * DAY, to: now - 8.1 * DAY },
  ];
  const known = spans
    .filter(({ at }) => at < now - HOUR && !away.some(({ from, to }) => at >= from && at < to))
    .concat(away.flatMap(({ from, to }) => [span(from, "unknown"), span(to, "locked")]))
    .sort((a, b) => a.at - b.at);
  const state = !available ? "unknown" : door_state === "open" ? "open" : (lock_state ?? "unknown");
  return { device_id: id, spans: [...known, span(now - HOUR, state)] };
}

function span(at: number, state: DoorSpan["state"], by?: DoorSpan["by"]): DoorSpan {
  return { at, state, cause: by === undefined ? null : by === null ? "poll" : "command", by: by ?? null };
}

function earlier(now: number): TokenMark[] {
  const mark = (ago: number, kind: TokenMark["kind"], part: Partial<TokenMark> = {}): TokenMark => ({
    kind,
    at: now - ago * DAY,
    until: null,
    count: 1,
    code: null,
    ...part,
  });
  return [
    mark(29.2, "signed_in"),
    mark(26.1, "refreshed"),
    mark(23, "retried", { until: now - 21.4 * DAY, count: 61, code: "timeout" }),
    mark(21.4, "recovered"),
    mark(17, "refreshed"),
    mark(13.3, "failed", { until: now - 12.8 * DAY, count: 4, code: "invalid_grant" }),
    mark(12.8, "signed_in"),
    mark(9.1, "refreshed"),
  ];
}

function batteryOf({ id, battery_level, battery_percent }: DeviceState, now: number): BatteryHistory {
  const percent = battery_percent ?? 0;
  const at = (ago: number): number => now - ago * DAY;
  if (battery_level === 2) {
    const steps = [100, 70, 50, 30] as const;
    const readings = Array.from({ length: 211 }, (_, day) => ({
      at: at(210 - day),
      percent: steps[Math.min(3, Math.floor(day / 58))] ?? percent,
    }));
    return { device_id: id, readings, outlook: "ends", ends_at: at(-86), changed_at: null };
  }
  const readings = Array.from({ length: 90 }, (_, day) => ({ at: at(89 - day), percent: day < 60 ? 30 : percent }));
  return { device_id: id, readings, outlook: "too_few", ends_at: null, changed_at: at(29) };
}

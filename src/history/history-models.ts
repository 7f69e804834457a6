import type { ActivityCause } from "../activity/entry.ts";
import type { AccountEventKind } from "../keeper/account-state.ts";
import type { CommandOrigin } from "../state/picture.ts";

/** So many days are told of doors and tokens. */
export const MOST_DAYS = 30;
/** So long a battery's readings are kept. */
export const BATTERY_DAYS = 400;

/**
 * How a door was. `open` where a sensor says so, whatever the bolt did; `unknown`: the lock could not be reached, or the
 * gateway did not run.
 */
export const DOOR_HISTORY_STATES = ["locked", "unlocked", "open", "jammed", "unknown"] as const;
export type DoorHistoryState = (typeof DOOR_HISTORY_STATES)[number];

/** From `at` until the next one begins; the last one until the window's end. */
export interface DoorSpan {
  readonly at: number;
  readonly state: DoorHistoryState;
  /** Null where the window, or what is known, begins in the middle of it. */
  readonly cause: ActivityCause | null;
  /** Who asked for it, where a command did. */
  readonly by: CommandOrigin | null;
}

export interface DoorHistory {
  readonly device_id: string;
  /** In the order of their times, without gaps. */
  readonly spans: readonly DoorSpan[];
}

/**
 * What happened to a token at one time, or an outage: tries that failed one after the other, as one. The outage is
 * `failed` if one of them was.
 */
export interface TokenMark {
  readonly kind: AccountEventKind;
  readonly at: number;
  /** Of an outage that is over: when it ended; else null. */
  readonly until: number | null;
  /** How many tries an outage took; else 1. */
  readonly count: number;
  /** Of an outage: why the latest try failed. */
  readonly code: string | null;
}

export interface TokenHistory {
  readonly account_id: string;
  /** In the order of their times. */
  readonly marks: readonly TokenMark[];
}

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export interface BatteryReading {
  readonly at: number;
  readonly percent: number;
}

/**
 * `ends`: the readings fall, and `ends_at` is when they meet nothing. `too_few`: since the batteries were changed there
 * are too few to tell. `not_falling`: nothing to tell from.
 */
export const BATTERY_OUTLOOKS = ["ends", "too_few", "not_falling"] as const;
export type BatteryOutlook = (typeof BATTERY_OUTLOOKS)[number];

export interface BatteryForecast {
  readonly outlook: BatteryOutlook;
  /** Null where it cannot be told yet. */
  readonly ends_at: number | null;
  /** When the batteries were last changed, as far as the readings show; null where they do not. */
  readonly changed_at: number | null;
}

export interface BatteryHistory extends BatteryForecast {
  readonly device_id: string;
  /** One a day at most, in the order of their times. */
  readonly readings: readonly BatteryReading[];
}

/** A window of time; both epoch ms. */
export interface HistoryWindow extends TimeSpan {
  /** When the gateway did not run in it, as far as it knows. */
  readonly down: readonly TimeSpan[];
}

/** Reads what was, one door, account or battery at a time, and lets others work between them. */
export interface HistoryReader {
  /** The last `days` days until now. @throws Problem `store_failed` */
  window(days: number): HistoryWindow;
  /** @throws Problem `device_not_found`, `store_failed` */
  doors(window: TimeSpan, device_id?: string): AsyncIterable<DoorHistory>;
  /** @throws Problem `account_not_found`, `store_failed` */
  tokens(window: TimeSpan, account_id?: string): AsyncIterable<TokenHistory>;
  /** @throws Problem `device_not_found`, `store_failed` */
  batteries(device_id?: string): AsyncIterable<BatteryHistory>;
}

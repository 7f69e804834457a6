import type { ActivityEntry, ActivityCommand } from "../../../src/activity/entry.ts";
import type { ActivityEvent } from "../../../src/activity/event.ts";
import { deviceEvent } from "../../../src/activity/event.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { describeProvider } from "../../../src/keeper/providers/provider-description.ts";
import { allProviders } from "../../../src/keeper/providers/providers.ts";
import { PHRASES } from "../../../src/said/phrases.ts";
import { withSaid } from "../../../src/said/with-said.ts";
import type { DeviceValue } from "../../../src/state/device-values.ts";
import { DEVICE_TROUBLES, LOCK_MODES } from "../../../src/state/picture.ts";
import type { CommandName, CommandOrigin, DeviceState, LinkStatus, Snapshot } from "../../../src/state/picture.ts";
import { signedIn } from "../../../ui/mock/accounts.ts";
import { frontDoor } from "../../../ui/mock/devices.ts";
import { pictureOf } from "../../../ui/mock/scenarios.ts";
import { headlineOf } from "../../../ui/src/words/headline/headline.ts";
import { told } from "../../../ui/src/words/said.ts";

/** A thing that the page can be asked to say, with all the texts that it then says; null where it says nothing. */
export type Sentences = Readonly<Record<string, () => readonly (string | null)[]>>;

/** A name in no language of the page. */
export const NAME = "Qxzv";
export const now = Date.UTC(2026, 10, 21, 12);
export const account: AccountState = { ...signedIn(now), name: NAME, last_error: null, sign_in_ends_at: null };
export const door: DeviceState = { ...frontDoor(now), name: NAME };
export const PROVIDERS = allProviders().map(describeProvider);

export function each<T extends string>(names: readonly T[], texts: (name: T) => readonly (string | null)[]): Sentences {
  return Object.fromEntries(names.map((name) => [name, () => texts(name)]));
}

/** All pairs of words of two lists. */
export function pairs(first: readonly string[], second: readonly string[]): readonly string[] {
  return first.flatMap((one) => second.map((other) => `${one} ${other}`));
}

export function wordsOf({ text, aside }: { readonly text: string; readonly aside: string }): readonly string[] {
  return [text, ...(aside === "" ? [] : [aside])];
}

export function phraseTold(key: keyof typeof PHRASES): string {
  const params = Object.fromEntries([...PHRASES[key].matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, 42]));
  const message = PHRASES[key].replaceAll(/\{\w+\}/g, "42");
  return told({ message, said: { key, params } });
}

export const ORIGINS: Readonly<Record<CommandOrigin["kind"], true>> = {
  home_assistant: true,
  page: true,
  api: true,
  uteclocal: true,
};

export function command(name: CommandName, outcome: ActivityCommand["outcome"], kind = "page"): ActivityCommand {
  const origin = { kind: kind as CommandOrigin["kind"], name: null, automation: false };
  return { id: "c", name, args: { mode: "passage", level: 40 }, origin, outcome, took_ms: 2100, error: null };
}

export function entry(kind: ActivityEntry["kind"], more: Partial<ActivityEntry> = {}): ActivityEntry {
  return {
    id: 1,
    event: 1,
    at: now,
    kind,
    device_id: door.id,
    device_name: NAME,
    account_id: account.id,
    value: "lock_state",
    from: "unlocked",
    to: "locked",
    cause: "poll",
    command: null,
    ...more,
  };
}

export const LINK: Readonly<Record<LinkStatus, true>> = {
  not_configured: true,
  connecting: true,
  core_starting: true,
  token_refused: true,
  integration_missing: true,
  integration_not_set_up: true,
  other_gateway: true,
  protocol_mismatch: true,
  linked: true,
};

export const VALUES: Readonly<Record<DeviceValue, readonly (string | number | boolean)[]>> = {
  online: [true, false],
  lock_state: ["locked", "unlocked", "jammed", "unknown"],
  lock_mode: [...LOCK_MODES, "newer"],
  door_state: ["open", "closed", "unknown"],
  battery: [10, 80],
  switch_state: ["on", "off", "unknown"],
  level: [40],
  color: [0],
  color_temperature: [2700],
};

/** Everything that is said of a picture at the top. */
export function headlineTexts(picture: Snapshot): readonly (string | null)[] {
  const { title, detail, also, help } = headlineOf(picture, now);
  return [title, detail === "" ? null : detail, ...also.map(({ text }) => text), help?.label ?? null];
}

/** As the gateway sends it, with names in no language. */
export function sent(picture: Snapshot): Snapshot {
  return {
    ...withSaid(picture),
    accounts: withSaid(picture.accounts).map((one) => ({ ...one, name: NAME })),
    devices: picture.devices.map((device) => ({ ...device, name: NAME })),
  };
}

export const well = sent(pictureOf("all-well", now));

export const DOORS: Readonly<Record<string, Partial<DeviceState>>> = {
  jammed: { lock_state: "jammed" },
  unlocked: { lock_state: "unlocked" },
  unknown: { lock_state: "unknown" },
  open: { lock_state: "unlocked", door_state: "open" },
  open_behind_bolt: { lock_state: "locked", door_state: "open" },
  passage: { lock_mode: "passage" },
  low_battery: { battery_percent: 10 },
  moving: { lock_state: "locked", transition: "unlocking" },
  stale: { freshness: "stale" },
  never_seen: { freshness: "stale", confirmed_at: null },
  ...Object.fromEntries(DEVICE_TROUBLES.map((trouble) => [trouble, { trouble, available: false }])),
  unlisted: { trouble: "missing" },
};

export function withDoors(change: Partial<DeviceState>, count: number): Snapshot {
  const devices = Array.from({ length: count }, (_, at) => ({
    ...door,
    lock_state: "locked" as const,
    ...change,
    id: String(at),
  }));
  return { ...well, devices, commands: [] };
}

export function event(kind: ActivityEvent["kind"]): ActivityEvent {
  const base = deviceEvent([entry("state_changed")]);
  const entries: Readonly<Record<ActivityEvent["kind"], readonly ActivityEntry[]>> = {
    outage: [entry("device_unavailable", { to: "cloud_unreachable" })],
    command: [entry("command_ended", { command: command("lock", "unconfirmed") })],
    change: [entry("state_changed")],
    added: [entry("device_added")],
    removed: [entry("device_removed")],
    token: [],
  };
  const failed = withSaid({
    at: now,
    kind: "failed",
    generation: 1,
    class: null,
    code: null,
    message: PHRASES.account_gone,
  } as const);
  return {
    ...base,
    kind,
    times: 3,
    lasted_ms: 60_000,
    entries: entries[kind],
    token_events: kind === "token" ? [failed, failed] : [],
  };
}

export const CREDENTIALS = {
  client_id: {
    label: "Client ID: x",
    space: "a b",
    web_address: "https://a.example",
    email: "a@b.example",
    same: "same",
    empty: "",
  },
  client_secret: { space: "a b", web_address: "https://a.example", email: "a@b.example", same: "same", empty: "" },
  redirect_uri: {
    none: "nothing",
    user: "https://u:p@a.example/x",
    hash: "https://a.example/#x",
    slash: "https://a.example/x/",
    empty: "",
  },
} as const;

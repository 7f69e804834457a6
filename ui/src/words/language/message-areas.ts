import type accounts from "../messages/en/accounts.json";
import type activity from "../messages/en/activity.json";
import type clouds from "../messages/en/clouds.json";
import type devices from "../messages/en/devices.json";
import type imports from "../messages/en/imports.json";
import type log from "../messages/en/log.json";
import type page from "../messages/en/page.json";
import type report from "../messages/en/report.json";
import type ribbons from "../messages/en/ribbons.json";
import type said from "../messages/en/said.json";
import type set_up from "../messages/en/set_up.json";
import type tokens from "../messages/en/tokens.json";
import type wizard from "../messages/en/wizard.json";

interface Areas {
  readonly accounts: typeof accounts;
  readonly activity: typeof activity;
  readonly clouds: typeof clouds;
  readonly devices: typeof devices;
  readonly imports: typeof imports;
  readonly log: typeof log;
  readonly page: typeof page;
  readonly report: typeof report;
  readonly ribbons: typeof ribbons;
  readonly said: typeof said;
  readonly set_up: typeof set_up;
  readonly tokens: typeof tokens;
  readonly wizard: typeof wizard;
}

export type Area = keyof Areas;

/** `area.message`: each names one message of `messages/<language>/<area>.json`. */
export type WordKey = { [A in Area]: `${A}.${keyof Areas[A] & string}` }[Area];

/** What the overview needs comes with the page; what it draws later, what the gateway says and the rest when it is asked for. */
export const AREAS_OF_GROUP = {
  first: ["page", "devices", "activity", "tokens", "set_up"],
  ribbons: ["ribbons"],
  said: ["said"],
  later: ["accounts", "clouds", "imports", "log", "report", "wizard"],
} as const satisfies Readonly<Record<string, readonly Area[]>>;

export type Group = keyof typeof AREAS_OF_GROUP;

const GROUPS = Object.keys(AREAS_OF_GROUP) as readonly Group[];

export function groupOf(key: WordKey): Group {
  const area = key.slice(0, key.indexOf("."));
  return GROUPS.find((group) => AREAS_OF_GROUP[group].some((one) => one === area)) ?? "later";
}

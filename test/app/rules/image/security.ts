import type { JsonObject } from "../../../../src/json.ts";

/** A profile that the Supervisor can't load: the app is not installed. */
export class ProfileRefused extends Error {
  override name = "ProfileRefused";
}

/**
 * The name of the one profile that stands at the beginning of a line.
 * Source: `utils/apparmor.py` of Supervisor 2026.08.
 *
 * @throws ProfileRefused
 */
export function profileName(profile: string): string {
  const names = new Set(headings(profile));
  const [name] = names;
  if (name === undefined) throw new ProfileRefused("Missing AppArmor profile inside file");
  if (names.size > 1) throw new ProfileRefused("Too many AppArmor profiles inside file");
  return name;
}

/**
 * The profile as the Supervisor loads it: the first place in the heading's line where the name stands, be it within
 * another word, becomes the app's slug; no other line changes.
 */
export function loadedProfile(profile: string, slug: string): string {
  const name = profileName(profile);
  return linesOf(profile)
    .map((line) => (headings(line).length === 0 ? line : line.replace(name, () => slug)))
    .join("");
}

/** The names end with a space: one that ends its line takes the line end along. */
function headings(profile: string): string[] {
  return linesOf(profile).flatMap((line) => /^profile ([^ ]+)/.exec(line)?.[1] ?? []);
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

const POWERFUL: readonly unknown[] = [
  "BPF",
  "CHECKPOINT_RESTORE",
  "DAC_READ_SEARCH",
  "NET_ADMIN",
  "NET_RAW",
  "PERFMON",
  "SYS_ADMIN",
  "SYS_MODULE",
  "SYS_PTRACE",
  "SYS_RAWIO",
];
const ROLES: Readonly<Record<string, number>> = { manager: -1, admin: -2 };

/** What a rating is made of: points by what gives or takes them. */
export interface Rating {
  readonly points: Readonly<Record<string, number>>;
  /** From 1 to 8. */
  readonly rating: number;
}

/**
 * The security rating that the store shows.
 * Source: `rating_security` in `apps/utils.py` of Supervisor 2026.08.
 *
 * @param app its effective configuration
 * @param hasProfile its own profile is loaded
 */
export function securityRating(app: JsonObject, hasProfile: boolean): Rating {
  const privileges: readonly unknown[] = Array.isArray(app["privileged"]) ? app["privileged"] : [];
  const isOn = (key: string): boolean => app[key] === true;
  const isPowerful = privileges.some((one) => POWERFUL.includes(one)) || isOn("kernel_modules");
  const all = {
    start: 5,
    apparmor: isOn("apparmor") ? Number(hasProfile) : -1,
    ingress: isOn("ingress") ? 2 : Number(isOn("auth_api")),
    privileged: isPowerful ? -1 : 0,
    hassio_role: ROLES[String(app["hassio_role"])] ?? 0,
    host_network: isOn("host_network") ? -1 : 0,
    host_pid: isOn("host_pid") ? -2 : 0,
    host_uts: isOn("host_uts") && privileges.includes("SYS_ADMIN") ? -1 : 0,
  };
  const points = Object.fromEntries(Object.entries(all).filter(([, point]) => point !== 0));
  const sum = Object.values(points).reduce((total, point) => total + point, 0);
  const isUnlimited = isOn("docker_api") || isOn("full_access");
  return { points, rating: isUnlimited ? 1 : Math.max(1, Math.min(8, sum)) };
}

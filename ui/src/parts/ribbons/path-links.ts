import type { AccountState, DeviceState, LinkState, Snapshot } from "../../../../src/state/picture.ts";
import { deviceHref, wizardHref } from "../../live/place.ts";
import { say } from "../../words/language/words.ts";
import { signInStart } from "../../words/headline/headline.ts";
import { told } from "../../words/said.ts";
import { accountTrouble } from "../../words/token-status.ts";

export const PATH_NODES = ["home_assistant", "gateway", "token", "cloud", "lock"] as const;
export type PathNode = (typeof PATH_NODES)[number];

/** `waiting`: it mends itself, or is not known yet; `hidden`: what lies behind a broken link; `off`: nobody wants it. */
export type LinkHealth = "well" | "waiting" | "broken" | "hidden" | "off";

/** What a person can do about a link. */
export type PathHelp =
  | { readonly kind: "link"; readonly label: string; readonly href: string }
  | { readonly kind: "refresh"; readonly label: string; readonly accountId: string }
  | { readonly kind: "discover"; readonly label: string }
  | { readonly kind: "set_up"; readonly label: string };

/** What connects a node with the one before it. */
export interface PathLink {
  readonly node: PathNode;
  readonly health: LinkHealth;
  /** What is wrong with it; empty while nothing is. */
  readonly words: string;
  readonly help: PathHelp | null;
}

/** The links from Home Assistant to the locks, each named after the node that it leads to; empty without an account. */
export function pathOf(picture: Snapshot): readonly PathLink[] {
  const { accounts, devices, gateway } = picture;
  if (accounts.length === 0) return [];
  const locks = devices.filter(({ kind }) => kind === "lock");
  const links = [
    toGateway(gateway.link),
    worst(accounts.map(toToken)),
    worst(accounts.map((account) => toCloud(account, picture))),
    ...(accounts.some(({ has_devices }) => has_devices) ? [toLock(locks)] : []),
  ];
  // From the cloud's side: what lies behind the first break is not known to be broken itself.
  const broken = links.findIndex(({ node, health }) => node !== "gateway" && health === "broken");
  return links.map((link, at) =>
    broken > 0 && at > broken ? { ...link, health: "hidden", words: "", help: null } : link,
  );
}

const HEALTHS: readonly LinkHealth[] = ["off", "well", "waiting", "broken"];

function worst(links: readonly PathLink[]): PathLink {
  return links.reduce((bad, one) => (HEALTHS.indexOf(one.health) > HEALTHS.indexOf(bad.health) ? one : bad));
}

function well(node: PathNode): PathLink {
  return { node, health: "well", words: "", help: null };
}

function toGateway(link: LinkState): PathLink {
  const node = "gateway";
  switch (link.status) {
    case "linked":
      return well(node);
    case "not_configured":
      return { node, health: "off", words: "", help: null };
    case "connecting":
    case "core_starting":
      return { node, health: "waiting", words: told(link, say("page.link_connecting")), help: null };
    case "token_refused":
    case "integration_missing":
    case "integration_not_set_up":
    case "other_gateway":
    case "protocol_mismatch":
      return {
        node,
        health: "broken",
        words: told(link, say("page.link_missing")),
        help: { kind: "set_up", label: say("ribbons.show_set_up") },
      };
  }
}

function toToken(account: AccountState): PathLink {
  const node = "token";
  const words = say("ribbons.path_account", { account: account.name, trouble: accountTrouble(account) ?? "" });
  const refresh: PathHelp = { kind: "refresh", label: say("tokens.refresh_now"), accountId: account.id };
  switch (account.status) {
    case "fresh":
    case "due":
    case "refreshing":
    case "static":
      return well(node);
    case "retrying":
    case "paused":
      return { node, health: account.token_usable ? "waiting" : "broken", words, help: refresh };
    case "clock_suspect":
    case "store_failed":
      return { node, health: "waiting", words, help: null };
    case "sign_in_needed":
      return {
        node,
        health: "broken",
        words,
        help: { kind: "link", label: say("tokens.sign_in"), href: wizardHref(signInStart(account), account.id) },
      };
    case "misconfigured":
      return {
        node,
        health: "broken",
        words,
        help: { kind: "link", label: say("tokens.check_settings"), href: wizardHref("credentials", account.id) },
      };
  }
}

function toCloud(account: AccountState, { gateway }: Snapshot): PathLink {
  const node = "cloud";
  const cloud = gateway.clouds[account.id];
  if (cloud?.online !== false) return well(node);
  const words = say("ribbons.path_cloud", {
    account: account.name,
    error: cloud.error === null ? "" : told(cloud.error),
  });
  return { node, health: "broken", words, help: { kind: "discover", label: say("ribbons.ask_cloud") } };
}

function toLock(locks: readonly DeviceState[]): PathLink {
  const node = "lock";
  if (locks.length === 0) return { node, health: "off", words: "", help: null };
  const away = locks.filter(({ available }) => !available);
  const [first] = away;
  if (first === undefined) return well(node);
  const words = say("ribbons.path_lock", { count: away.length, name: first.name });
  const help: PathHelp = { kind: "link", label: say("ribbons.show_lock"), href: deviceHref(first.id) };
  return { node, health: "broken", words, help };
}

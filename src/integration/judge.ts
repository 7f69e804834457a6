import type { Copy } from "./disk/bundle.ts";
import { DOMAIN } from "./domain.ts";
import type { Facts, Found, FoundFiles } from "./facts.ts";
import { isPartOf, isSameFiles } from "./disk/file-hashes.ts";
import type { FileHashes } from "./disk/file-hashes.ts";
import type { Installer, IntegrationState } from "./integration-state.ts";
import type { ManifestReading } from "./disk/manifest.ts";
import { versionOrder } from "./version-order.ts";

/** What is said of the integration before Home Assistant has been asked what it runs. */
export type Judgement = Omit<IntegrationState, "restart_needed">;

export interface Place {
  readonly config: string;
  /** Null where the gateway brings no copy along. */
  readonly bundle: Copy | null;
  readonly gatewayVersion: string;
  readonly supervised: boolean;
}

const WHERE = `custom_components/${DOMAIN}`;
const STORES = { marketplace: "the Marketplace", hacs: "HACS" } as const;
const ELSEWHERE = "install the integration from the Marketplace or HACS";

/**
 * Decides whose the integration's folder is and what may be done with it. Only what the gateway itself has put there, and
 * nobody has changed, may be replaced; whatever is not known for certain is somebody else's.
 */
export function judge(facts: Facts, place: Place): Judgement {
  const { bundle } = place;
  const { found, store } = facts;
  const say = saying(versionOf(found), bundle?.version ?? place.gatewayVersion);
  if (facts.reach === "missing" || facts.reach === "foreign") return say("unavailable", null, noWay(facts, place));
  if (bundle === null) {
    return say("unavailable", null, `This gateway brings no copy of the integration along: ${ELSEWHERE}.`);
  }
  if (found.kind === "unreadable") {
    return say(
      "unmanaged",
      "hand",
      `The gateway can't read ${WHERE} (${found.reason}): look at it, and delete it if nobody needs it.`,
    );
  }
  if (found.kind === "link") {
    return say("unmanaged", "hand", `${WHERE} is a link to another place: update the integration there.`);
  }
  if (found.kind === "git") {
    return say("unmanaged", "git", `${WHERE} is in a checkout of git: install and update the integration with git.`);
  }
  if (store !== null) return say("unmanaged", store, ofStore(store, found, bundle));
  const installed = found.kind === "nothing" ? null : judgeFiles(found, facts, bundle);
  const state = installed ?? ({ status: "absent", installed_by: null, message: NOT_THERE } as const);
  if (facts.reach === "read_only" && (state.status === "absent" || state.status === "outdated")) {
    return say("unavailable", state.installed_by, readOnly(place));
  }
  return say(state.status, state.installed_by, state.message);
}

type Said = Pick<Judgement, "status" | "installed_by" | "message">;

const NOT_THERE = "Home Assistant does not have the integration yet: install it here, or from the Marketplace or HACS.";

function saying(installed_version: string | null, bundled_version: string) {
  return (status: Judgement["status"], installed_by: Installer | null, message: string): Judgement => ({
    status,
    installed_version,
    bundled_version,
    installed_by,
    message,
  });
}

function judgeFiles(found: FoundFiles, { record }: Facts, bundle: Copy): Said {
  const { files, manifest } = found;
  const copies = record?.copies ?? [];
  const ours = copies.find((copy) => isSameFiles(copy.files, files));
  if (isSameFiles(files, bundle.files)) {
    return {
      status: "installed",
      installed_by: ours ? "gateway" : "hand",
      message: `Version ${bundle.version} of the integration is installed.`,
    };
  }
  if (ours) return ofGateway(ours.version, bundle.version);
  if (isPartOf(files, [bundle.files, ...copies.map((copy) => copy.files)])) {
    // Half of what the gateway knows: nothing is lost when the whole takes its place.
    return {
      status: manifest === "missing" ? "absent" : "outdated",
      installed_by: copies.length > 0 ? "gateway" : "hand",
      message: `Some files of the integration are missing in ${WHERE}: install it again.`,
    };
  }
  return ofOthers(files, manifest, bundle, copies);
}

/** What the gateway has put there and nobody has changed. */
function ofGateway(installed: string, bundled: string): Said {
  const installed_by = "gateway";
  const order = versionOrder(installed, bundled);
  if (order !== null && order > 0) {
    return {
      status: "newer",
      installed_by,
      message:
        `The integration is of version ${installed}, the gateway brings ${bundled}: update the gateway; ` +
        `to go back, delete ${WHERE} first.`,
    };
  }
  return {
    status: "outdated",
    installed_by,
    message: `Version ${bundled} of the integration is there, ${installed} is installed: update it.`,
  };
}

/** What the gateway has not put there, or what was changed since. */
function ofOthers(files: FileHashes, manifest: ManifestReading, bundle: Copy, copies: readonly Copy[]): Said {
  const theirs = (message: string): Said => ({ status: "unmanaged", installed_by: "hand", message });
  const again = `delete the folder ${WHERE} and install the integration again`;
  if (manifest === "missing") {
    return theirs(`${WHERE} is incomplete, for it has no manifest.json: ${again}.`);
  }
  if (manifest === "unreadable") {
    return theirs(`The manifest.json in ${WHERE} can't be read: ${again}.`);
  }
  if (manifest.domain !== DOMAIN) {
    return theirs(`${WHERE} holds another integration (${manifest.domain ?? "without a name"}): move it elsewhere.`);
  }
  const { version } = manifest;
  const copy = copies.find((each) => each.version === version) ?? (version === bundle.version ? bundle : undefined);
  const changed = copy === undefined ? null : firstDifference(files, copy.files);
  if (changed !== null) {
    return theirs(`${WHERE} was changed (${changed}), so the gateway leaves it alone: keep it, or ${again}.`);
  }
  const order = version === null ? null : versionOrder(version, bundle.version);
  if (order !== null && order > 0) {
    return {
      ...theirs(
        `The integration is of version ${version ?? ""}, the gateway brings ${bundle.version}: update the gateway.`,
      ),
      status: "newer",
    };
  }
  return theirs(
    `The integration (${version ?? "of unknown version"}) was not put there by the gateway, which brings ` +
      `${bundle.version}: update it by hand, or ${again}.`,
  );
}

function firstDifference(files: FileHashes, known: FileHashes): string {
  const paths = new Set([...Object.keys(known), ...Object.keys(files)]);
  return [...paths].find((path) => files[path] !== known[path]) ?? "";
}

function ofStore(store: keyof typeof STORES, found: Found, bundle: Copy): string {
  const name = STORES[store];
  if (found.kind === "nothing") {
    return `${capital(name)} lists the integration as installed, but it is not there: install it there again, or remove it there.`;
  }
  const version = versionOf(found);
  return version === bundle.version
    ? `The integration was installed from ${name}, which also updates it.`
    : `The integration was installed from ${name} (${version ?? "of unknown version"}), the gateway brings ${bundle.version}: update it there.`;
}

function noWay({ reach }: Facts, { config, supervised }: Place): string {
  if (reach === "foreign") {
    return `${config} is not Home Assistant's configuration folder (it has no .HA_VERSION): mount that one, or ${ELSEWHERE}.`;
  }
  return supervised
    ? `Home Assistant's configuration folder is not mapped into the add-on: update the add-on, or ${ELSEWHERE}.`
    : `The gateway runs without the Supervisor and has no way to Home Assistant's configuration folder: ${ELSEWHERE}, or mount that folder at ${config}.`;
}

function readOnly({ config }: Place): string {
  return `The gateway may not write to Home Assistant's configuration folder (${config}): ${ELSEWHERE}, or make it writable.`;
}

function versionOf(found: Found): string | null {
  if (found.kind === "nothing" || found.kind === "unreadable" || typeof found.manifest === "string") return null;
  return found.manifest.version;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

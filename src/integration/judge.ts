import type { Copy } from "./disk/bundle.ts";
import { DOMAIN } from "./domain.ts";
import type { Facts, Found, FoundFiles } from "./facts.ts";
import { isPartOf, isSameFiles } from "./disk/file-hashes.ts";
import type { FileHashes } from "./disk/file-hashes.ts";
import type { Installer, IntegrationState } from "./integration-state.ts";
import type { ManifestReading } from "./disk/manifest.ts";
import { versionOrder } from "./version-order.ts";
import { phrase } from "../said/phrase.ts";

/** What is said of the integration before Home Assistant has been asked what it runs. */
export type Judgement = Omit<IntegrationState, "restart_needed">;

export interface Place {
  readonly config: string;
  /** Null where the gateway brings no copy along. */
  readonly bundle: Copy | null;
  readonly gatewayVersion: string;
  readonly supervised: boolean;
}

const STORES = { marketplace: "the Marketplace", hacs: "HACS" } as const;

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
    return say("unavailable", null, phrase("integration_no_copy"));
  }
  if (found.kind === "unreadable") {
    return say("unmanaged", "hand", phrase("integration_folder_unreadable", { detail: found.reason }));
  }
  if (found.kind === "link") {
    return say("unmanaged", "hand", phrase("integration_linked"));
  }
  if (found.kind === "git") {
    return say("unmanaged", "git", phrase("integration_git"));
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

const NOT_THERE = phrase("integration_absent");

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
      message: phrase("integration_installed", { version: bundle.version }),
    };
  }
  if (ours) return ofGateway(ours.version, bundle.version);
  if (isPartOf(files, [bundle.files, ...copies.map((copy) => copy.files)])) {
    // Half of what the gateway knows: nothing is lost when the whole takes its place.
    return {
      status: manifest === "missing" ? "absent" : "outdated",
      installed_by: copies.length > 0 ? "gateway" : "hand",
      message: phrase("integration_incomplete"),
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
      message: phrase("integration_downgrade", { version: installed, bundled }),
    };
  }
  return {
    status: "outdated",
    installed_by,
    message: phrase("integration_outdated", { bundled, version: installed }),
  };
}

/** What the gateway has not put there, or what was changed since. */
function ofOthers(files: FileHashes, manifest: ManifestReading, bundle: Copy, copies: readonly Copy[]): Said {
  const theirs = (message: string): Said => ({ status: "unmanaged", installed_by: "hand", message });
  if (manifest === "missing") {
    return theirs(phrase("integration_no_manifest"));
  }
  if (manifest === "unreadable") {
    return theirs(phrase("integration_manifest_unreadable"));
  }
  if (manifest.domain !== DOMAIN) {
    return theirs(phrase("integration_other", { detail: manifest.domain ?? phrase("part_detail_no_name") }));
  }
  const { version } = manifest;
  const copy = copies.find((each) => each.version === version) ?? (version === bundle.version ? bundle : undefined);
  const changed = copy === undefined ? null : firstDifference(files, copy.files);
  if (changed !== null) {
    return theirs(phrase("integration_changed", { files: changed }));
  }
  const order = version === null ? null : versionOrder(version, bundle.version);
  if (order !== null && order > 0) {
    return {
      ...theirs(phrase("integration_newer", { version: version ?? "", bundled: bundle.version })),
      status: "newer",
    };
  }
  return theirs(
    phrase("integration_by_hand", {
      detail: version ?? phrase("part_detail_unknown_version"),
      bundled: bundle.version,
    }),
  );
}

function firstDifference(files: FileHashes, known: FileHashes): string {
  const paths = new Set([...Object.keys(known), ...Object.keys(files)]);
  return [...paths].find((path) => files[path] !== known[path]) ?? "";
}

function ofStore(store: keyof typeof STORES, found: Found, bundle: Copy): string {
  const name = STORES[store];
  if (found.kind === "nothing") {
    return phrase("integration_listed", { store: capital(name) });
  }
  const version = versionOf(found);
  return version === bundle.version
    ? phrase("integration_from_store", { store: name })
    : phrase("integration_from_store_outdated", {
        store: name,
        detail: version ?? phrase("part_detail_unknown_version"),
        bundled: bundle.version,
      });
}

function noWay({ reach }: Facts, { config, supervised }: Place): string {
  if (reach === "foreign") {
    return phrase("integration_wrong_folder", { path: config });
  }
  return supervised ? phrase("integration_not_mapped") : phrase("integration_no_way", { path: config });
}

function readOnly({ config }: Place): string {
  return phrase("integration_read_only", { path: config });
}

function versionOf(found: Found): string | null {
  if (found.kind === "nothing" || found.kind === "unreadable" || typeof found.manifest === "string") return null;
  return found.manifest.version;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

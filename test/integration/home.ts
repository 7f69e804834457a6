import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { onTestFinished } from "vitest";
import { integrationFolder } from "../../src/integration/folder.ts";
import type { IntegrationFolder } from "../../src/integration/folder.ts";
import { Integration } from "../../src/integration/integration.ts";
import type { IntegrationOptions } from "../../src/integration/integration.ts";
import type { RunningCore } from "../../src/integration/integration-state.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { removeFolder } from "../remove-folder.ts";

export const ANNA = { by: "ingress", user_name: "Anna" };

/** A Home Assistant that runs what its folder had when it started. */
export class FakeCore implements RunningCore {
  known: string | null | undefined = null;
  restarts = 0;

  integrationVersion(): Promise<string | null | undefined> {
    return Promise.resolve(this.known);
  }

  restart(): Promise<void> {
    this.restarts += 1;
    return Promise.resolve();
  }
}

/** Home Assistant's configuration folder on a real disk. */
export interface Home {
  readonly config: string;
  readonly folder: IntegrationFolder;
  readonly core: FakeCore;
  readonly lines: string[];
  /** A gateway that brings this version along. */
  readonly gateway: (version: string, options?: Partial<IntegrationOptions>) => Integration;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
}

export function aHome(root = aFolder()): Home {
  const config = join(root, "homeassistant");
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, ".HA_VERSION"), "2026.11.0");
  const lines: string[] = [];
  const { log } = new LogSink({
    level: "info",
    secrets: new Secrets(),
    format: "json",
    write: (line) => lines.push(line),
  });
  const core = new FakeCore();
  return {
    config,
    folder: integrationFolder(config),
    core,
    lines,
    gateway: (version, options = {}) =>
      new Integration({
        config,
        bundleFolder: aBundle(join(aFolder(), version), version),
        gatewayVersion: version,
        supervised: true,
        core,
        log,
        ...options,
      }),
    read: (path) => readFileSync(join(config, path), "utf8"),
    write: (path, text) => {
      mkdirSync(dirname(join(config, path)), { recursive: true });
      writeFileSync(join(config, path), text);
    },
  };
}

/** An integration as a gateway of that version brings it along. */
export function aBundle(folder: string, version: string): string {
  mkdirSync(join(folder, "link"), { recursive: true });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ domain: "utec_gateway", version }));
  writeFileSync(join(folder, "__init__.py"), `VERSION = "${version}"\n`);
  writeFileSync(join(folder, "link", "session.py"), "");
  return folder;
}

/** Every file in a folder with its text, by its path. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "integration-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

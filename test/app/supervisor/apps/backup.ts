import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import type { App } from "./app.ts";

/**
 * A hot backup as the Supervisor makes it: the files of the add-on's folder one after the other, while it writes.
 * What matches `backup_exclude` is left out; the patterns are matched against the whole path.
 */
export function backUp(app: App, into: string): void {
  const { backup_exclude } = app.store.configuration;
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(app.dataFolder, { recursive: true, encoding: "utf8" })) {
    const path = join(app.dataFolder, name);
    if (backup_exclude.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `**/${pattern}`))) continue;
    cpSync(path, join(into, name), { recursive: false, preserveTimestamps: true, errorOnExist: false });
  }
}

export function restore(app: App, from: string): void {
  rmSync(app.dataFolder, { recursive: true, force: true });
  cpSync(from, app.dataFolder, { recursive: true, preserveTimestamps: true });
}

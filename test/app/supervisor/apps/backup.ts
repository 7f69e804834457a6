import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import type { App } from "./app.ts";

/**
 * A hot backup as the Supervisor makes it: the add-on's own command, the files of its folder one after the other while it
 * writes, and its other command. One that fails is the backup's failure. What matches `backup_exclude` is left out; the
 * patterns are matched against the whole path. An add-on that does not run is asked for nothing.
 */
export async function backUp(app: App, into: string): Promise<void> {
  const { backup_pre, backup_post } = app.store.configuration;
  const isRunning = app.pid !== null;
  if (isRunning && backup_pre !== null) await runOrFail(app, backup_pre);
  try {
    copyFiles(app, into);
  } finally {
    if (isRunning && backup_post !== null) await runOrFail(app, backup_post);
  }
}

async function runOrFail(app: App, command: string): Promise<void> {
  const code = await app.runInside(command);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${app.log.slice(-500)}`);
}

function copyFiles(app: App, into: string): void {
  const { backup_exclude } = app.store.configuration;
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(app.dataFolder, { recursive: true, encoding: "utf8" })) {
    const path = join(app.dataFolder, name);
    if (!statSync(path).isFile()) continue;
    if (backup_exclude.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `**/${pattern}`))) continue;
    cpSync(path, join(into, name), { recursive: false, preserveTimestamps: true, errorOnExist: false });
  }
}

export function restore(app: App, from: string): void {
  rmSync(app.dataFolder, { recursive: true, force: true });
  cpSync(from, app.dataFolder, { recursive: true, preserveTimestamps: true });
}

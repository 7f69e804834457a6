import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Secrets } from "../../src/log.ts";
import { readSettings } from "../../src/settings/settings.ts";
import type { Settings } from "../../src/settings/settings.ts";

export function fromEnvironment(environment: Record<string, string>): Settings {
  return readSettings({ environment, workingFolder: "/nowhere", optionsFile: "" }, new Secrets());
}

export function fromOptions(options: Record<string, unknown>, secrets = new Secrets()): Settings {
  const file = join(temporaryFolder(), "options.json");
  writeFileSync(file, JSON.stringify(options));
  return readSettings(
    { environment: { SUPERVISOR_TOKEN: "token-of-supervisor" }, workingFolder: "/", optionsFile: file },
    secrets,
  );
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

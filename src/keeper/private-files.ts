import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const OTHERS = 0o077;
/** The gateway's own: somebody may keep its data in a folder with other things in it. */
const OWN = /^(gateway|activity|history|picture)\.|^backups$|^backups[/\\]gateway-[\d-]+\.db$/;

/**
 * Takes the right to read and write the gateway's files from everybody but their owner: an older gateway, a restored
 * backup or a copy by hand may have left them open. What the file system does not allow stays as it is.
 */
export function closeToOthers(folder: string): void {
  for (const name of [...namesIn(folder), ...namesIn(join(folder, "backups")).map((copy) => join("backups", copy))]) {
    if (!OWN.test(name)) continue;
    const path = join(folder, name);
    try {
      const entry = lstatSync(path);
      if (!entry.isSymbolicLink() && (entry.mode & OTHERS) !== 0) chmodSync(path, entry.mode & 0o7777 & ~OTHERS);
    } catch {
      // Gone meanwhile, or on a file system without owners.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../../..");
const config = parse(readFileSync(join(root, "config.yaml"), "utf8")) as {
  readonly backup_pre: string;
  readonly backup_post: string;
  readonly backup_exclude: readonly string[];
};

/** What a command of the backup ended with, and what it said. */
export interface CommandEnd {
  readonly code: number | null;
  readonly said: string;
}

/** Runs one of the add-on's two commands as the container would, with /data where `dataFolder` is. */
export async function backupCommand(which: "backup_pre" | "backup_post", dataFolder: string): Promise<CommandEnd> {
  const [program, ...args] = config[which].split(" ").map((word) => word.replace(/^\/app/, root));
  if (program !== "node") throw new Error(`${which} is no command of Node's.`);
  const child = spawn(process.execPath, args, { env: { UTEC_GATEWAY_DATA: dataFolder, NODE_NO_WARNINGS: "1" } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

/**
 * Copies a data folder as the Supervisor's tar does: it lists the names first, then reads one file after the other, as
 * large as it was when it was opened. A file that has gone or become shorter meanwhile fails the backup. Slower than
 * real, and in the order of `order`, so that the gateway writes in between.
 */
export async function copyWhileWritten(
  from: string,
  to: string,
  order: (names: readonly string[]) => readonly string[],
): Promise<void> {
  const names = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isExcluded(path));
  for (const path of order(names)) {
    const target = join(to, path.slice(from.length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, await slowly(path), { mode: 0o600 });
  }
}

/** A pattern is held against as many of the path's last names as it has itself. */
function isExcluded(path: string): boolean {
  return config.backup_exclude.some((pattern) => {
    const names = path.split("/").slice(-pattern.split("/").length);
    return matchesGlob(names.join("/"), pattern);
  });
}

const CHUNK_BYTES = 16 * 1024;

async function slowly(path: string): Promise<Buffer> {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(fstatSync(file).size);
    for (let at = 0; at < bytes.length;) {
      const read = readSync(file, bytes, at, Math.min(CHUNK_BYTES, bytes.length - at), at);
      if (read === 0) throw new Error(`${path} became shorter while it was read.`);
      at += read;
      await delay(40);
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

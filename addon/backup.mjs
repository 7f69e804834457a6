// What the Supervisor runs in the container before (`pre`) and after (`post`) it copies /data, which it does file by file
// while the gateway writes. A database that is copied like that may be torn; so whole copies lie beside them, and a
// gateway that is started on a restored folder takes those (src/keeper/vault/disk/backup-copies.ts).
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import Database from "better-sqlite3";

const folder = process.env["UTEC_GATEWAY_DATA"] || "/data";
// No backup takes it along: where it lies beside copies, they were not restored but left over.
const mark = join(folder, "gateway.backing-up");
const NAMES = ["gateway", "activity", "picture"];
const copyOf = (name) => join(folder, `${name}.backup.db`);
/** A commit on a slow SD card, several times over. */
const PATIENCE_MS = 30_000;

process.umask(0o077);

const [, , step] = process.argv;
if (step === "pre") {
  try {
    removeCopies();
    writeFileSync(mark, `${new Date().toISOString()}\n`);
    sync(mark);
    sync(folder);
    for (const name of NAMES) copy(name);
    sync(folder);
  } catch (error) {
    // Without whole copies there is to be no backup; what was made so far would be in the way of the next one.
    removeCopies();
    fail(
      `No copy of the databases can be made for the backup: make room on the disk of ${folder}, and the folder writable.`,
      error,
    );
  }
} else if (step === "post") {
  try {
    removeCopies();
  } catch (error) {
    fail(`The copies of the databases for the backup can't be removed from ${folder}: make it writable.`, error);
  }
} else {
  fail("Say pre before a backup and post after it.");
}

/** A gateway that has not made the file yet has nothing to keep in it. */
function copy(name) {
  const file = join(folder, `${name}.db`);
  if (!existsSync(file)) return;
  const draft = `${copyOf(name)}.new`;
  rmSync(draft, { force: true });
  try {
    const database = new Database(file, { readonly: true, fileMustExist: true, timeout: PATIENCE_MS });
    try {
      database.prepare("VACUUM INTO ?").run(draft);
    } finally {
      database.close();
    }
    sync(draft);
    renameSync(draft, copyOf(name));
  } catch (error) {
    // The activity log and the picture are no reason to have no backup: a gateway sets them aside where they are torn.
    if (name === "gateway") throw error;
    rmSync(draft, { force: true });
    console.error(`${file} is in the backup as it is:`, error instanceof Error ? error.message : "");
  }
}

/** The copies first: without the mark they would be taken for restored ones. */
function removeCopies() {
  for (const name of NAMES) for (const end of ["", ".new"]) rmSync(copyOf(name) + end, { force: true });
  sync(folder);
  rmSync(mark, { force: true });
}

function sync(path) {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function fail(sentence, error) {
  console.error(sentence, error instanceof Error ? error.message : "");
  process.exit(1);
}

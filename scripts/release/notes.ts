/** Writes what the changelog says of a version into a file: `node scripts/set-up.mjs scripts/release/notes.ts 0.2.0 notes.md`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { notesOf } from "./changelog.ts";

const [version = "", file = ""] = process.argv.slice(2);
writeFileSync(file, `${notesOf(readFileSync(join(import.meta.dirname, "../../CHANGELOG.md"), "utf8"), version)}\n`);

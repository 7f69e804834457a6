import { readFileSync } from "node:fs";
import { Problem } from "../../../problem.ts";
import type { Random } from "../../../random.ts";
import { writeOnce } from "./atomic-file.ts";
import { Sealer } from "./sealing.ts";

/**
 * The key of the vault: 32 random bytes as hex in a file of its own (mode 0600), made at the first start.
 *
 * @param databaseExists a database without its key is never given a new key: it could not be opened with it
 * @throws Problem `key_wrong` when the file is missing beside a database or holds no key; `data_folder_unusable` when
 * it can't be read or written
 */
export function readOrMakeKey(file: string, databaseExists: boolean, random: Random): Buffer {
  const found = readKeyFile(file);
  if (found !== null) return parseKey(file, found);
  if (databaseExists) {
    throw new Problem(
      "key_wrong",
      `The key file ${file} is missing, and without it the stored sign-ins can't be read: put it back from a backup, or move the whole data folder away to start over.`,
    );
  }
  const key = random.bytes(Sealer.KEY_BYTES);
  try {
    writeOnce(file, `${key.toString("hex")}\n`);
  } catch (cause) {
    throw new Problem("data_folder_unusable", `The key file ${file} can't be written: make its folder writable.`, {
      cause,
    });
  }
  return key;
}

/**
 * The key beside an existing vault.
 * @throws Problem `key_wrong`, `data_folder_unusable`
 */
export function readKey(file: string): Buffer {
  const found = readKeyFile(file);
  if (found === null) {
    throw new Problem("key_wrong", `The key file ${file} is missing: put it back from a backup.`);
  }
  return parseKey(file, found);
}

function readKeyFile(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw new Problem("data_folder_unusable", `The key file ${file} can't be read: make it readable for the gateway.`, {
      cause,
    });
  }
}

function parseKey(file: string, text: string): Buffer {
  const hex = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(hex)) {
    throw new Problem("key_wrong", `The file ${file} does not hold a key: put the right one back from a backup.`);
  }
  return Buffer.from(hex, "hex");
}

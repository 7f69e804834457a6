import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { isObject } from "../../json.ts";
import { Problem } from "../../problem.ts";
import type { GrantsState } from "./grant.ts";
import type { GrantsStore } from "./grants.ts";

const VERSION = 1;
const EMPTY: GrantsState = { grants: [], refresh_tokens: [], access_tokens: [] };

/** The grants as one JSON file, replaced as a whole, so that a cut-off write leaves the old one. */
export class GrantsFile implements GrantsStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Problem `settings_invalid` when the file is there but is not one of ours */
  load(): GrantsState {
    if (!existsSync(this.#path)) return EMPTY;
    try {
      const content: unknown = JSON.parse(readFileSync(this.#path, "utf8"));
      if (isState(content)) return content;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new Problem(
      "settings_invalid",
      `${this.#path} is not a grants file of the simulated cloud: move it away, or name another file.`,
      { field: "grants_file" },
    );
  }

  save(state: GrantsState): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const next = `${this.#path}.next`;
    const file = openSync(next, "w", 0o600);
    try {
      writeFileSync(file, JSON.stringify({ version: VERSION, ...state }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(next, this.#path);
  }
}

function isState(content: unknown): content is GrantsState {
  return (
    isObject(content) &&
    content["version"] === VERSION &&
    Object.keys(EMPTY).every((part) => Array.isArray(content[part]))
  );
}

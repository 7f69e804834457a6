import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { isObject } from "../json.ts";
import type { AccountState } from "../keeper/account.ts";
import type { AccountHeir } from "../keeper/imports/taken-account.ts";
import type { StoredImport } from "../keeper/imports/import-table.ts";
import { fromJson } from "../keeper/providers/provider-fields.ts";
import { DEFAULT_PROVIDER } from "../keeper/providers/providers.ts";
import type { Vault } from "../keeper/vault/vault.ts";
import type { Log, Secrets } from "../log.ts";
import { pastedValue } from "../pasted.ts";
import { Problem } from "../problem.ts";
import { USUAL_NAME } from "../settings/accounts/account-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { findConfig } from "./config-file.ts";
import { draftOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { LONGEST_CONFIG_BYTES } from "./import-state.ts";
import type { ImportDesk, ImportOutcome, ImportReport, ImportState } from "./import-state.ts";
import { parseEdited } from "./json-text.ts";
import { SECRET_KEYS, readUteclocalConfig } from "./uteclocal-config.ts";
import { phrase } from "../said/phrase.ts";

export interface ImporterParts {
  readonly settings: Pick<Settings, "dataFolder" | "importFrom" | "oauthUrl" | "apiUrl" | "refresh">;
  readonly vault: Pick<Vault, "imports">;
  readonly keeper: AccountHeir;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
}

const UPLOADED = "uploaded";
const NO_REPORT: ImportReport = { generation: null, taken: [], not_taken: [], message: "" };
const NOTHING: ImportState = { ...NO_REPORT, status: "none", source: null, imported_at: null, account_id: null };

/** A file as it is to be imported. */
interface Candidate {
  readonly source: string;
  readonly text: string;
  readonly hash: string;
}

/**
 * Takes over what uteclocal has kept: at the first start by itself, later when a person says so. No file is imported twice,
 * and no account is overwritten. The file's tokens are stored with the account before any of them is used.
 */
export class Importer implements ImportDesk {
  readonly #parts: ImporterParts;
  readonly #log: Log;
  /** What became of the file that was found at the start, unless it is imported. */
  #found: ImportState | null = null;

  constructor(parts: ImporterParts) {
    this.#parts = parts;
    this.#log = parts.log.part("import");
  }

  /** Imports the file that lies there, if there was no account and no import before. Never throws because of the file. */
  start(): void {
    const found = this.#find();
    if (found.kind === "nothing") return;
    const { file } = found;
    if (found.kind === "unusable")
      return this.#failed(file, phrase("import_file_trouble", { file, fault: found.message }));
    try {
      const candidate = this.#candidate(found.text, file);
      if (this.#parts.vault.imports.find(candidate.hash) !== null) return;
      const draft = this.#draft(candidate, false);
      if (draft.account === null) return this.#failed(file, draft.report.message, draft.report);
      if (this.#accounts().length > 0 || this.#parts.vault.imports.latest() !== null) return this.#waits(file, draft);
      this.#take(candidate, draft);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#failed(file, error.message);
    }
  }

  state(): ImportState {
    if (this.#found !== null) return this.#found;
    const latest = this.#parts.vault.imports.latest();
    return latest === null ? NOTHING : stateOf(latest);
  }

  importText(text: string, confirmed: boolean): ImportOutcome {
    if (Buffer.byteLength(text) > LONGEST_CONFIG_BYTES) {
      const message = phrase("import_too_long", { limit: LONGEST_CONFIG_BYTES / 1024 });
      throw new Problem("payload_too_large", message, { field: "file" });
    }
    return this.#import(this.#candidate(text, UPLOADED), confirmed);
  }

  importFound(confirmed: boolean): ImportOutcome {
    const found = this.#find();
    if (found.kind === "nothing") {
      throw new Problem("import_not_found", phrase("import_not_found"));
    }
    if (found.kind === "unusable")
      throw new Problem("import_unreadable", phrase("import_file_trouble", { file: found.file, fault: found.message }));
    return this.#import(this.#candidate(found.text, found.file), confirmed);
  }

  #import(candidate: Candidate, confirmed: boolean): ImportOutcome {
    const before = this.#parts.vault.imports.find(candidate.hash);
    const there = before === null ? undefined : this.#accounts().find(({ id }) => id === before.account_id);
    if (before !== null && there !== undefined) return { import: stateOf(before), account: there, is_new: false };
    const draft = this.#draft(candidate, before !== null);
    if (draft.account === null) throw new Problem("import_unreadable", draft.report.message, { field: "file" });
    const { client_id } = draft.account;
    const [other] = this.#accounts();
    const same = this.#accounts().find((account) => account.client_id === client_id);
    if (other !== undefined && same === undefined && !confirmed) {
      throw new Problem("import_unconfirmed", phrase("import_unconfirmed", { name: other.name }), { field: "confirm" });
    }
    const account = this.#take(candidate, draft);
    const stored = this.#parts.vault.imports.find(candidate.hash);
    return { import: stored === null ? NOTHING : stateOf(stored), account, is_new: true };
  }

  /** @throws Problem `account_exists`, `store_failed` */
  #take({ source, hash }: Candidate, { account, report }: Draft): AccountState {
    if (account === null) throw new TypeError("A draft without an account can't be taken over.");
    const { clock, keeper } = this.#parts;
    const said = { ...report, source };
    const state = keeper.takeOver({
      ...account,
      message: phrase("imported"),
      record: { content_hash: hash, imported_at: clock.now(), report: JSON.stringify(said) },
    });
    this.#found = null;
    const taken = report.taken.map(({ key }) => key);
    const { generation, message } = report;
    this.#log.info(`uteclocal's config.json became the account ${state.name}. ${message}`, {
      source,
      generation,
      taken,
    });
    for (const { key, reason } of report.not_taken) this.#log.info(`Not taken from config.json: ${key} ${reason}`);
    return state;
  }

  /** @throws Problem `import_unreadable` */
  #draft({ source, text }: Candidate, tokensAreSpent: boolean): Draft {
    const config = readUteclocalConfig(text);
    if ("unreadable" in config) {
      const file = source === UPLOADED ? phrase("part_file_uploaded") : source;
      throw new Problem("import_unreadable", phrase("import_file_trouble", { file, fault: config.unreadable }), {
        field: "file",
      });
    }
    const { oauthUrl, apiUrl, refresh } = this.#parts.settings;
    return draftOf(config, { oauthUrl, apiUrl, refresh, tokensAreSpent, name: this.#freeName() });
  }

  /** Before anything else: whatever the file has of secrets is kept out of the log. */
  #candidate(content: string, source: string): Candidate {
    const text = content.replace(/^\u{feff}/u, "");
    const parsed = parseEdited(text);
    for (const key of SECRET_KEYS) {
      const value = isObject(parsed) ? parsed[key] : null;
      if (typeof value !== "string") continue;
      for (const form of [value, value.trim(), pastedValue("client_secret", value)]) this.#parts.secrets.add(form);
    }
    return { source, text, hash: createHash("sha256").update(text).digest("hex") };
  }

  #waits(source: string, { account, report }: Draft): void {
    const same = this.#accounts().find(({ client_id }) => client_id === account?.client_id);
    const message = same === undefined ? phrase("import_waiting") : phrase("import_client_known", { name: same.name });
    this.#found = { ...NOTHING, ...report, status: "waiting", source, message, account_id: same?.id ?? null };
    this.#log.info(`There is a config.json of uteclocal. ${message}`, { source });
  }

  #failed(source: string, message: string, report: ImportReport = NO_REPORT): void {
    this.#found = { ...NOTHING, ...report, status: "failed", source, message };
    this.#log.warn(`Nothing was imported: ${message}`, { source });
  }

  #find(): ReturnType<typeof findConfig> {
    const { importFrom, dataFolder } = this.#parts.settings;
    return findConfig(importFrom, dataFolder);
  }

  /** Those that the import is about. */
  #accounts(): AccountState[] {
    return this.#parts.keeper.accounts().filter(({ provider }) => provider === DEFAULT_PROVIDER);
  }

  #freeName(): string {
    const used = new Set(this.#parts.keeper.accounts().map(({ name }) => name));
    let name = USUAL_NAME;
    for (let number = 2; used.has(name); number += 1) name = `${USUAL_NAME} ${number}`;
    return name;
  }
}

function stateOf({ imported_at, account_id, report }: StoredImport): ImportState {
  return { ...NOTHING, ...fromJson(report), status: "imported", imported_at, account_id };
}

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import type { Attempt } from "../../../src/keeper/vault/tables/attempt.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { removeFolder } from "../../remove-folder.ts";
import { DETAILS } from "../house.ts";

export const NOW = Date.UTC(2026, 10, 21);
export const ACCOUNT = { ...DETAILS, id: "account-1", provider: "utec", owner: "page" } as const;
export const SIGNED_IN = { at: NOW, kind: "signed_in", class: null, code: null, message: "Signed in." } as const;

/** What an answer's tokens are stored as; each number makes another pair. */
export function pair(number: number) {
  return {
    access_token: `canary-access-${number}`,
    refresh_token: `canary-refresh-${number}`,
    obtained_at: NOW,
    expires_at: NOW + 3_600_000,
    expiry_source: "answer" as const,
    refresh_expires_at: null,
    scope: "openapi",
  };
}

export function begun(attempt: Attempt | null): Attempt {
  if (attempt === null) throw new Error("the attempt did not begin");
  return attempt;
}

/** Commits a token as the procedure does. */
export function commit(vault: Vault, number: number, cloud_user: string | null = null, id: string = ACCOUNT.id) {
  const account = vault.accounts.get(id);
  if (account === null) throw new Error("no account");
  const attempt = begun(vault.journal.begin(account, "authorization_code", NOW));
  return vault.journal.commit(attempt, { pair: pair(number), cloud_user, plan: () => NOW + 1, event: SIGNED_IN });
}

export interface VaultFolder {
  /** The path of a file in it; of the folder itself without a name. */
  readonly file: (name?: string) => string;
  readonly open: () => Vault;
  /** A vault with one account and its first token. */
  readonly withToken: () => Vault;
}

/** A data folder for each test of the file, gone after it. */
export function vaultFolderForEach(): VaultFolder {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vault-"));
  });
  afterEach(() => removeFolder(folder));
  const open = (): Vault => Vault.open({ folder, clock: systemClock, random: systemRandom, secrets: new Secrets() });
  return {
    file: (name = "") => join(folder, name),
    open,
    withToken: () => {
      const vault = open();
      vault.accounts.add(ACCOUNT, NOW);
      commit(vault, 1);
      return vault;
    },
  };
}

import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { utecProvider } from "../../src/keeper/providers/utec.ts";
import { readTokenAnswer } from "../../src/keeper/answers/token-response.ts";
import { Vault } from "../../src/keeper/vault/vault.ts";
import { Secrets } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { removeFolder } from "../../test/remove-folder.ts";

/** What a gateway left behind when it was killed. */
export interface Wreck {
  /** The refresh token that is committed. */
  readonly held: string | null;
  /** The call that was under way: intended, or answered and not yet committed. */
  readonly call: "none" | "unanswered" | "answered";
  /** The refresh token in the journalled answer. */
  readonly answered: string | null;
  /** Whether the account waits for a sign-in. */
  readonly needsSignIn: boolean;
}

/** Reads a copy of the data folder, so that the next gateway finds everything as it was left. */
export function readWreck(dataFolder: string): Wreck {
  const folder = mkdtempSync(join(tmpdir(), "utec-gateway-wreck-"));
  try {
    // Without the lock, and without the memory that the dead process shared with nobody.
    cpSync(dataFolder, folder, {
      recursive: true,
      filter: (path) => basename(path) !== "gateway.lock" && !path.endsWith("-shm"),
    });
    const vault = Vault.join({ folder, random: systemRandom, secrets: new Secrets() });
    try {
      return read(vault);
    } finally {
      vault.close();
    }
  } finally {
    removeFolder(folder);
  }
}

function read(vault: Vault): Wreck {
  const [account] = vault.accounts.all();
  if (account === undefined) throw new Error("The account is gone.");
  const attempt = vault.journal.open(account.id);
  const answer = attempt?.answer ?? null;
  return {
    held: vault.tokens.newest(account.id)?.refresh_token ?? null,
    call: attempt === null ? "none" : answer === null ? "unanswered" : "answered",
    answered: answer === null ? null : (readTokenAnswer(answer, utecProvider())?.refresh_token ?? null),
    needsSignIn: account.sign_in_reason !== null,
  };
}

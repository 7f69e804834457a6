import type { AccountHeir, TakenAccount } from "../../../src/keeper/imports/taken-account.ts";
import type { StoredImport } from "../../../src/keeper/imports/import-table.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { systemClock } from "../../../src/clock.ts";
import { Importer } from "../../../src/import/importer.ts";
import type { Log, Secrets } from "../../../src/log.ts";
import { Problem } from "../../../src/problem.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";
import type { LivePicture } from "../../../src/state/live-picture.ts";
import { anAccount } from "../../state/models.ts";

/** The importer's own rules with a picture in place of the keeper, and without a disk. */
export class MemoryImports extends Importer {
  /** @param folder where a config is looked for */
  constructor(picture: LivePicture, secrets: Secrets, log: Log, folder = "/nowhere") {
    const heir = new MemoryHeir(picture);
    super({
      settings: { dataFolder: folder, importFrom: null, oauthUrl: null, apiUrl: null, refresh: REFRESH_DEFAULTS },
      vault: { imports: heir } as never,
      keeper: heir,
      secrets,
      clock: systemClock,
      log,
    });
  }
}

/** Takes accounts over into the picture, and remembers their files. */
class MemoryHeir implements AccountHeir {
  readonly #picture: LivePicture;
  readonly #stored = new Map<string, StoredImport>();

  constructor(picture: LivePicture) {
    this.#picture = picture;
  }

  accounts(): AccountState[] {
    return [...this.#picture.snapshot().accounts];
  }

  takeOver({ name, client_id, redirect_uri, record }: TakenAccount): AccountState {
    if (this.accounts().some((account) => account.client_id === client_id)) {
      throw new Problem("account_exists", "An account has this client id already.", { field: "client_id" });
    }
    const account = anAccount({ id: `imported-${this.#stored.size + 1}`, name, client_id, redirect_uri });
    this.#stored.set(record.content_hash, { ...record, account_id: account.id });
    this.#picture.update({ accounts: [account] });
    return account;
  }

  find(content_hash: string): StoredImport | null {
    return this.#stored.get(content_hash) ?? null;
  }

  latest(): StoredImport | null {
    return [...this.#stored.values()].at(-1) ?? null;
  }
}

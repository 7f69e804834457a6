import type { ImportOutcome, ImportState } from "../../../src/import/import-state.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { freshlySignedIn, neverSignedIn } from "../accounts.ts";

interface Answer {
  readonly status: number;
  readonly body: object;
}

const NOTHING: ImportState = {
  status: "none",
  source: null,
  generation: null,
  imported_at: null,
  account_id: null,
  taken: [],
  not_taken: [],
  message: "",
};

/** Plays the import of uteclocal's config. */
export class MockImports {
  /** As tests wish it. */
  state: ImportState = NOTHING;
  readonly #accounts: () => readonly AccountState[];
  readonly #add: (account: AccountState) => void;

  constructor(accounts: () => readonly AccountState[], add: (account: AccountState) => void) {
    this.#accounts = accounts;
    this.#add = add;
  }

  answer(method: string, body: unknown): Answer {
    if (method !== "POST") return { status: 200, body: this.state };
    const { file, confirm } = body as { readonly file?: string; readonly confirm?: boolean };
    // What tests choose is JSON.
    const config = JSON.parse(file ?? '{"access_key": "client-1"}') as Readonly<Record<string, string | undefined>>;
    if (config["access_key"] === undefined) {
      return problem(422, "import_unreadable", "The file is not uteclocal's config.json: it has none of its keys.");
    }
    if (this.#accounts().length > 0 && confirm !== true) {
      return problem(409, "import_unconfirmed", "There is the account Home already.");
    }
    const client = { ...neverSignedIn(), id: "imported", name: "U-tec", client_id: config["access_key"] };
    const account = "refresh_token" in config ? freshlySignedIn(client, Date.now()) : client;
    this.#add(account);
    this.state = imported(account.id, file === undefined ? "/data/config.json" : "uploaded");
    return { status: 201, body: { import: this.state, account, is_new: true } satisfies ImportOutcome };
  }
}

/** What is said of a file of the first generation. */
export function imported(account_id: string, source: string): ImportState {
  return {
    ...NOTHING,
    status: "imported",
    source,
    generation: "A",
    imported_at: Date.now() - 60_000,
    account_id,
    taken: [
      { key: "access_key", as: "the client id" },
      { key: "secret_key", as: "the client secret" },
    ],
    not_taken: [{ key: "status_poll_seconds", reason: "is a setting of the whole gateway." }],
    message: "Nobody has to sign in: the sign-in goes on from the refresh token.",
  };
}

/** A file that was found and not imported by itself. */
export function waiting(account_id: string | null): ImportState {
  const message = "It was not imported, for the gateway has been set up already.";
  return { ...NOTHING, status: "waiting", source: "/data/config.json", generation: "A", account_id, message };
}

export function failed(message: string): ImportState {
  return { ...NOTHING, status: "failed", source: "/data/config.json", message };
}

function problem(status: number, code: string, detail: string): Answer {
  return { status, body: { type: "about:blank", title: code, status, retryable: false, code, detail } };
}

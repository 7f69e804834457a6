import { ACCOUNT_COLUMNS } from "./account-columns.ts";

/**
 * The tables of the vault, one step per version, never edited once released; the columns of accounts come from
 * `account-columns.ts`. Columns named `sealed_*` are encrypted (sealing.ts); `*_at` are epoch milliseconds.
 */
const TABLES: readonly string[] = [
  `
  CREATE TABLE gateway (
    only_row      INTEGER PRIMARY KEY CHECK (only_row = 1),
    id            TEXT    NOT NULL,
    sealed_proof  BLOB    NOT NULL,
    last_seen_at  INTEGER NOT NULL
  ) STRICT;

  ${createAccount()}

  -- The current generation and the one before it.
  CREATE TABLE token (
    account_id          TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
    generation          INTEGER NOT NULL,
    sealed_pair         BLOB    NOT NULL,
    obtained_at         INTEGER NOT NULL,
    expires_at          INTEGER,
    refresh_expires_at  INTEGER,
    scope               TEXT,
    PRIMARY KEY (account_id, generation)
  ) STRICT, WITHOUT ROWID;

  -- What is under way: one row per call to the token endpoint, gone when its outcome is committed.
  CREATE TABLE attempt (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     TEXT    NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
    grant_type     TEXT    NOT NULL CHECK (grant_type IN ('refresh_token', 'authorization_code')),
    generation     INTEGER NOT NULL,
    intent_at      INTEGER NOT NULL,
    answered_at    INTEGER,
    sealed_answer  BLOB
  ) STRICT;

  CREATE TABLE event (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    generation  INTEGER NOT NULL,
    class       TEXT,
    code        TEXT,
    message     TEXT    NOT NULL
  ) STRICT;
  CREATE INDEX event_of_account ON event (account_id, id);

  -- Sign-ins that a browser is on: the redirect may come back after a restart. Only the hash of \`state\` is kept.
  CREATE TABLE sign_in (
    state_hash    TEXT    PRIMARY KEY,
    account_id    TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
    redirect_uri  TEXT    NOT NULL,
    ends_at       INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Removed accounts, so that the same cloud user gets the same id, and Home Assistant the same entities.
  CREATE TABLE former_account (
    provider    TEXT    NOT NULL,
    cloud_user  TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    generation  INTEGER NOT NULL,
    PRIMARY KEY (provider, cloud_user)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- How the end of a token is known: answer, jwt, default.
  ALTER TABLE token ADD COLUMN expiry_source TEXT;
  `,
  // Only columns of accounts.
  "",
  `
  -- Attempts without a list of grant types: there are more ways to get a token now.
  CREATE TABLE attempt_of_any_type (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     TEXT    NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
    grant_type     TEXT    NOT NULL,
    generation     INTEGER NOT NULL,
    intent_at      INTEGER NOT NULL,
    answered_at    INTEGER,
    sealed_answer  BLOB
  ) STRICT;
  INSERT INTO attempt_of_any_type SELECT * FROM attempt;
  DROP TABLE attempt;
  ALTER TABLE attempt_of_any_type RENAME TO attempt;
  `,
  `
  -- Since when the refresh token's end is the one that stands beside it: an end that no refresh moves is the sign-in's own.
  ALTER TABLE token ADD COLUMN refresh_since_at INTEGER;
  `,
  `
  -- The codes of sign-ins that were sent to the token endpoint, so that none is sent twice. Only hashes are kept.
  CREATE TABLE redemption (
    code_hash   TEXT    PRIMARY KEY,
    state_hash  TEXT,
    account_id  TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
    generation  INTEGER NOT NULL,
    began_at    INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Only columns of accounts, twice.
  "",
  "",
  `
  -- Sign-ins on another device (RFC 8628) that are under way: they go on after a restart.
  CREATE TABLE device_code (
    account_id    TEXT    PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE,
    sealed_code   BLOB    NOT NULL,
    interval_ms   INTEGER NOT NULL,
    next_poll_at  INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    ends_at       INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- What proves that whoever redeems the code began its sign-in (PKCE, RFC 7636); null where the cloud is not asked to check.
  ALTER TABLE sign_in ADD COLUMN sealed_code_verifier BLOB;
  `,
  `
  -- Programs that ask APIs through the gateway. Of a client's token only the hash is kept.
  CREATE TABLE client (
    id          TEXT    PRIMARY KEY,
    token_hash  TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    scope       TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    revoked_at  INTEGER
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Files of other programs that were imported, each once, and what was said of them.
  CREATE TABLE import (
    content_hash  TEXT    PRIMARY KEY,
    imported_at   INTEGER NOT NULL,
    account_id    TEXT    REFERENCES account (id) ON DELETE SET NULL ON UPDATE CASCADE,
    report        TEXT    NOT NULL
  ) STRICT;
  `,
];

/** The vault's schema, one step per version. What was released is held by test/keeper/vault/schema.test.ts. */
export const MIGRATIONS: readonly string[] = Array.from({ length: newestVersion() }, (_, index) => {
  const added =
    index === 0 ? [] : accountColumns(index + 1).map((column) => `ALTER TABLE account ADD COLUMN ${column};`);
  return [TABLES[index] ?? "", ...added].join("\n");
});

function newestVersion(): number {
  return Math.max(TABLES.length, ...Object.values(ACCOUNT_COLUMNS).map(({ since }) => since));
}

/** The columns of accounts that a version brings. */
function accountColumns(version: number): string[] {
  return Object.entries(ACCOUNT_COLUMNS).flatMap(([name, { since, sql }]) =>
    since === version ? `${name} ${sql}` : [],
  );
}

function createAccount(): string {
  return `CREATE TABLE account (${accountColumns(1).join(", ")}) STRICT;`;
}

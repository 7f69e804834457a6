/** The steps of the vault's schema, word for word as they were released: databases of every one of them are in use. */
export const RELEASED: readonly string[] = [
  `
  CREATE TABLE gateway (
    only_row      INTEGER PRIMARY KEY CHECK (only_row = 1),
    id            TEXT    NOT NULL,
    sealed_proof  BLOB    NOT NULL,
    last_seen_at  INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE account (
    id                    TEXT    PRIMARY KEY,
    provider              TEXT    NOT NULL,
    owner                 TEXT    NOT NULL CHECK (owner IN ('options', 'page')),
    name                  TEXT    NOT NULL,
    client_id             TEXT    NOT NULL,
    sealed_client_secret  BLOB    NOT NULL,
    redirect_uri          TEXT    NOT NULL,
    automatic_refresh     INTEGER NOT NULL DEFAULT 1 CHECK (automatic_refresh IN (0, 1)),
    refresh_buffer_ms     INTEGER,
    changed_at            INTEGER NOT NULL,
    cloud_user            TEXT,
    generation            INTEGER NOT NULL DEFAULT 0,
    sign_in_reason        TEXT    DEFAULT 'never_signed_in',
    next_refresh_at       INTEGER,
    last_success_at       INTEGER,
    last_attempt_at       INTEGER,
    last_error_class      TEXT,
    last_error_code       TEXT,
    last_error_message    TEXT,
    last_error_reason     TEXT,
    last_error_at         INTEGER,
    consecutive_failures  INTEGER NOT NULL DEFAULT 0,
    refresh_count         INTEGER NOT NULL DEFAULT 0,
    failure_count         INTEGER NOT NULL DEFAULT 0
  ) STRICT;

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

  -- A share of the life instead of refresh_buffer_ms.
  ALTER TABLE account ADD COLUMN refresh_buffer_share REAL;
  ALTER TABLE account ADD COLUMN idle_interval_ms INTEGER;
  -- 1: the page set when to refresh; the options' wishes for all accounts don't count then.
  ALTER TABLE account ADD COLUMN refresh_policy_set INTEGER NOT NULL DEFAULT 0 CHECK (refresh_policy_set IN (0, 1));

  -- The latest time that a person was needed: how many there were, what for, and from when to when.
  ALTER TABLE account ADD COLUMN incident_number INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE account ADD COLUMN incident_kind TEXT;
  ALTER TABLE account ADD COLUMN incident_opened_at INTEGER;
  ALTER TABLE account ADD COLUMN incident_closed_at INTEGER;
  `,
  `
  -- How often in a row the cloud refused the grant itself: an outage may look like this once, and once more.
  ALTER TABLE account ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What a person says of an account beside its client, and the secrets among it; what was found out about its cloud. JSON.
  ALTER TABLE account ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE account ADD COLUMN sealed_credentials BLOB;
  ALTER TABLE account ADD COLUMN learned TEXT NOT NULL DEFAULT '{}';

  -- The same without a list of grant types: there are more ways to get a token now.
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
  `
  -- When the first of the failures in a row was: null while the latest refresh worked.
  ALTER TABLE account ADD COLUMN failing_since_at INTEGER;
  `,
];

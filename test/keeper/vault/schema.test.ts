import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { ACCOUNT_COLUMNS } from "../../../src/keeper/vault/tables/account-columns.ts";
import { MIGRATIONS } from "../../../src/keeper/vault/tables/schema.ts";
import { RELEASED } from "./released-schema.ts";

/** Every table and index as SQLite keeps it, whatever the spaces in between. */
function schemaOf(steps: readonly string[]): unknown {
  const database = new SqliteDatabase(":memory:");
  for (const step of steps) database.exec(step);
  const parts = database
    .prepare<[], { name: string; sql: string | null }>("SELECT name, sql FROM sqlite_master ORDER BY name")
    .all();
  database.close();
  return parts.map(({ name, sql }) => [name, sql?.replaceAll(/\s+/g, " ").replaceAll(/ ?([(),]) ?/g, "$1")]);
}

test.for(RELEASED.map((_, index) => index + 1))("version %i of the schema is the one that was released", (version) => {
  expect(schemaOf(MIGRATIONS.slice(0, version))).toEqual(schemaOf(RELEASED.slice(0, version)));
});

test("every version changes something, and can be reached with accounts in it", () => {
  expect(MIGRATIONS.flatMap((step, index) => (step.trim() === "" ? index + 1 : []))).toEqual([]);
  const database = new SqliteDatabase(":memory:");
  database.exec(MIGRATIONS[0] ?? "");
  database
    .prepare(
      `INSERT INTO account (id, provider, owner, name, client_id, sealed_client_secret, redirect_uri, changed_at)
       VALUES ('account-1', 'utec', 'page', 'Home', 'client', x'00', 'http://localhost/', 1)`,
    )
    .run();
  for (const step of MIGRATIONS.slice(1)) database.exec(step);
  const columns = Object.keys(database.prepare<[], object>("SELECT * FROM account").get() ?? {});
  expect(columns.toSorted()).toEqual(Object.keys(ACCOUNT_COLUMNS).toSorted());
  database.close();
});

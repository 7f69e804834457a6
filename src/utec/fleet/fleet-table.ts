import type { Database, Statement } from "better-sqlite3";
import type { DatabaseShape } from "../../side-database.ts";
import { parseJson } from "../../json.ts";
import type { AccountList, Listing } from "./listings.ts";
import { readDevice, readListing, writeDevice, writeListing } from "./stored-fleet.ts";
import type { StoredDevice, StoredFleet } from "./stored-fleet.ts";

export const FLEET_SHAPE: DatabaseShape = {
  version: 1,
  schema: `
    CREATE TABLE list (
      account_id TEXT PRIMARY KEY,
      discoveries INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE sighting (
      account_id TEXT NOT NULL,
      device_id TEXT NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (account_id, device_id)
    ) STRICT;
    CREATE TABLE device (
      device_id TEXT PRIMARY KEY,
      content TEXT NOT NULL
    ) STRICT;
  `,
};

/** What is written in one transaction: what changed, and what is gone. */
export interface FleetWriting {
  readonly lists: readonly Pick<AccountList, "account_id" | "discoveries">[];
  readonly goneLists: readonly string[];
  readonly listings: readonly Listing[];
  readonly goneListings: readonly Listing[];
  readonly devices: readonly StoredDevice[];
  readonly goneDevices: readonly string[];
}

/** The statements of the stored fleet on one open database. All throw SQLite's errors. */
export class FleetTable {
  readonly #database: Database;
  readonly #setList: Statement;
  readonly #dropList: Statement;
  readonly #setListing: Statement;
  readonly #dropListing: Statement;
  readonly #setDevice: Statement;
  readonly #dropDevice: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#setList = database.prepare(
      `INSERT INTO list (account_id, discoveries) VALUES (?, ?)
       ON CONFLICT (account_id) DO UPDATE SET discoveries = excluded.discoveries`,
    );
    this.#dropList = database.prepare("DELETE FROM list WHERE account_id = ?");
    this.#setListing = database.prepare(
      `INSERT INTO sighting (account_id, device_id, content) VALUES (?, ?, ?)
       ON CONFLICT (account_id, device_id) DO UPDATE SET content = excluded.content`,
    );
    this.#dropListing = database.prepare("DELETE FROM sighting WHERE account_id = ? AND device_id = ?");
    this.#setDevice = database.prepare(
      `INSERT INTO device (device_id, content) VALUES (?, ?)
       ON CONFLICT (device_id) DO UPDATE SET content = excluded.content`,
    );
    this.#dropDevice = database.prepare("DELETE FROM device WHERE device_id = ?");
  }

  write({ lists, goneLists, listings, goneListings, devices, goneDevices }: FleetWriting): void {
    const all = this.#database.transaction(() => {
      for (const { account_id, discoveries } of lists) this.#setList.run(account_id, discoveries);
      for (const accountId of goneLists) this.#dropList.run(accountId);
      for (const one of listings) this.#setListing.run(one.accountId, one.record.id, writeListing(one));
      for (const one of goneListings) this.#dropListing.run(one.accountId, one.record.id);
      for (const one of devices) this.#setDevice.run(one.state.id, writeDevice(one));
      for (const deviceId of goneDevices) this.#dropDevice.run(deviceId);
    });
    all.immediate();
  }

  /**
   * In the order in which it was first seen. SQLite notices a damaged page by its structure, not by its contents: an
   * account with an unreadable row has listed more than is known, and counts as never listed.
   */
  read(): StoredFleet {
    const rows = <Row>(columns: string, table: string): Row[] =>
      this.#database.prepare<[], Row>(`SELECT ${columns} FROM ${table} ORDER BY rowid`).all();
    const unread = new Set<string>();
    const listings = rows<{ readonly account_id: string; readonly content: string }>(
      "account_id, content",
      "sighting",
    ).flatMap(({ account_id, content }) => {
      const listing = readListing(account_id, parseJson(content));
      if (listing === undefined) unread.add(account_id);
      return listing ?? [];
    });
    const lists = rows<{ readonly account_id: string; readonly discoveries: number }>("*", "list");
    return {
      lists: lists.map(({ account_id, discoveries }) => ({
        account_id,
        discoveries: unread.has(account_id) ? 0 : discoveries,
        listings: listings.filter(({ accountId }) => accountId === account_id),
      })),
      devices: rows<{ readonly content: string }>("content", "device").flatMap(
        ({ content }) => readDevice(parseJson(content)) ?? [],
      ),
    };
  }

  close(): void {
    this.#database.close();
  }
}

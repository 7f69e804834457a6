import SqliteDatabase from "better-sqlite3";

/** Another program that holds the database for itself, until it is killed. */
const [file = ""] = process.argv.slice(2);
const database = new SqliteDatabase(file);
database.exec("BEGIN IMMEDIATE");
process.stdout.write("held\n");
// Named here, or it would be collected, and closed.
setInterval(() => database.inTransaction, 60_000);

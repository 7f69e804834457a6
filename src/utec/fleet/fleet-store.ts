import { UnusableDatabase, diskCode, isDamage, openSideDatabase, setAside } from "../../side-database.ts";
import type { Log } from "../../log.ts";
import { FLEET_SHAPE, FleetTable } from "./fleet-table.ts";
import type { FleetWriting } from "./fleet-table.ts";
import type { StoredFleet } from "./stored-fleet.ts";

export interface FleetStoreOptions {
  /** `picture.db` in the data folder. */
  readonly file: string;
  readonly log: Log;
}

const NOTHING: StoredFleet = { lists: [], devices: [] };

/**
 * The fleet on the disk, for the next run to start with. Nothing depends on it: if it can't be written, that is logged
 * once and the next run knows less; a damaged file is set aside.
 */
export class FleetStore {
  readonly #file: string;
  readonly #log: Log;
  #table: FleetTable | null = null;
  #failing = false;
  #recreated = 0;

  constructor({ file, log }: FleetStoreOptions) {
    this.#file = file;
    this.#log = log;
  }

  /** How often a damaged file was replaced by a new one, which lacks what was written before. */
  get recreated(): number {
    return this.#recreated;
  }

  /** What was written last; nothing where the file is new, damaged or unreadable. */
  read(): StoredFleet {
    try {
      return this.#use((table) => table.read());
    } catch (error) {
      this.#fail(error);
      return NOTHING;
    }
  }

  /** False when it could not be written. */
  write(writing: FleetWriting): boolean {
    try {
      this.#use((table) => table.write(writing));
      if (this.#failing) this.#log.info(`The picture of the devices can be stored again in ${this.#file}.`);
      this.#failing = false;
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  close(): void {
    const table = this.#table;
    this.#table = null;
    table?.close();
  }

  /**
   * Runs `act`, and once more on a new file if this one turns out to be damaged. @throws errors of SQLite and the disk
   */
  #use<T>(act: (table: FleetTable) => T): T {
    try {
      return act(this.#opened());
    } catch (error) {
      if (!(error instanceof UnusableDatabase) && !isDamage(error)) throw error;
      this.close();
      const { name, reason } = setAside(this.#file, error);
      this.#recreated += 1;
      const words = `The stored picture ${this.#file} ${reason}: it was set aside as ${name}, and a new one begins.`;
      this.#log.warn(words, { error });
      return act(this.#opened());
    }
  }

  #opened(): FleetTable {
    return (this.#table ??= new FleetTable(openSideDatabase(this.#file, FLEET_SHAPE)));
  }

  #fail(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const words = `The picture of the devices can't be stored in ${this.#file} (${diskCode(error)}): after a restart they appear once the cloud has listed them.`;
    this.#log.warn(words, { error });
  }
}

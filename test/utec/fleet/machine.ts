import { existsSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { FleetStore } from "../../../src/utec/fleet/fleet-store.ts";
import { ManualClock } from "../../clock.ts";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aHouse } from "../house.ts";
import type { House } from "../house.ts";
import { removeFolder } from "../../remove-folder.ts";

export const MINUTE = 60_000;
export const HALF_AN_HOUR = 30 * MINUTE;

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** One machine with a disk, on which gateways run one after the other. */
export class Machine {
  readonly file = join(aFolder(), "picture.db");
  clock = new ManualClock();
  boot: string | null = "boot-1";
  accounts = [anAccount({ id: "home", name: "Home" })];
  readonly warnings: () => string[];
  readonly #sink = new LogSink({ level: "info", secrets: new Secrets(), format: "text", write: () => {} });

  constructor() {
    this.warnings = () => this.#sink.tail("info").map(({ message }) => message);
  }

  /** A gateway that has started and has not asked anybody yet. */
  async begins(prepare: (house: House) => void = () => {}): Promise<House> {
    const store = new FleetStore({ file: this.file, log: this.#sink.log });
    const house = await aHouse({ clock: this.clock, memory: { store, boot: this.boot } });
    prepare(house);
    house.picture.update({ accounts: this.accounts });
    house.poller.start();
    return house;
  }

  /** The same, after its first device list and poll. */
  async starts(prepare?: (house: House) => void): Promise<House> {
    const house = await this.begins(prepare);
    await house.pass(0);
    return house;
  }

  /** It has lived for a minute, and stopped in order. */
  async livesOnce(prepare?: (house: House) => void): Promise<void> {
    const house = await this.starts(prepare);
    await house.pass(MINUTE);
    house.poller.stop();
  }

  /** Of the disk: what is different after a write. */
  get written(): string {
    return ["", "-wal"]
      .filter((end) => existsSync(this.file + end))
      .map((end) => `${statSync(this.file + end).size} ${statSync(this.file + end).mtimeMs}`)
      .join();
  }
}

/** The house's cloud is away. */
export const away = (house: House): void => house.cloud.stop();

/** The cloud lists these devices alone. */
export const lists =
  (...ids: readonly string[]) =>
  (house: House): void => {
    const devices = LOCK_RECORDS.filter(({ id }) => ids.includes(id));
    house.cloud.on("Discovery", { payload: { devices } });
  };

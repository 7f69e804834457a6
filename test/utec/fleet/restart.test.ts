import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { FleetStore } from "../../../src/utec/fleet/fleet-store.ts";
import { ManualClock } from "../../clock.ts";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aHouse } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";
import { removeFolder } from "../../remove-folder.ts";

const MINUTE = 60_000;
const HALF_AN_HOUR = 30 * MINUTE;

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fleet-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** One machine with a disk, on which gateways run one after the other. */
class Machine {
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

  /** The same, after its first discovery and poll. */
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

const away = (house: House): void => house.cloud.stop();

const lists =
  (...ids: readonly string[]) =>
  (house: House): void => {
    const devices = LOCK_RECORDS.filter(({ id }) => ids.includes(id));
    house.cloud.on("Discovery", { payload: { devices } });
  };

describe("after a restart", () => {
  it("the picture is there before the cloud has been asked, as what it is: old, and once confirmed fresh", async () => {
    const machine = new Machine();
    const before = await machine.starts();
    await before.pass(MINUTE);
    const known = before.device("garden");
    before.poller.stop();
    machine.clock.advance(20_000);

    const house = await machine.begins();
    expect(house.picture.devices().map(({ id }) => id)).toEqual(["front", "garden"]);
    expect(house.device("garden")).toEqual({ ...known, freshness: "stale" });
    expect(house.cloud.actions).toEqual([]);
    await house.pass(0);
    expect(house.device("garden")).toMatchObject({ lock_state: "unlocked", freshness: "fresh", available: true });
    expect(house.log().filter(({ message }) => message.startsWith("A device"))).toEqual([]);
  });

  it("a command needs no discovery: the devices and what the cloud wants back with them are known", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    const house = await machine.begins((it) => it.cloud.on("Discovery", "never"));
    await house.submit("garden", "lock");
    expect(house.cloud.actions.find(({ name }) => name === "Command")?.payload).toMatchObject({
      devices: [{ id: "garden", customData: { k: 1 } }],
    });
  });

  it("with the cloud away a lock grows old as if nothing had stopped, and says why", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.clock.advance(5 * MINUTE);
    const house = await machine.starts(away);
    expect(house.device("front")).toMatchObject({ freshness: "stale", available: true, trouble: "cloud_unreachable" });
    await house.pass(10 * MINUTE);
    expect(house.device("front")).toMatchObject({ freshness: "expired", available: false, lock_state: "locked" });
  });

  it("an account that nobody is signed in to keeps its locks, and says why they are old", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.accounts = [anAccount({ id: "home", status: "sign_in_needed", reason: "grant_dead" })];
    const house = await machine.starts();
    expect(house.device("front")).toMatchObject({ lock_state: "locked", trouble: "sign_in_needed" });
    expect(house.cloud.actions).toEqual([]);
  });

  it("the locks of an account that was removed meanwhile are gone, from the disk too", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.accounts = [anAccount({ id: "cabin" })];
    const house = await machine.starts(lists());
    expect(house.picture.devices()).toEqual([]);
    await house.pass(MINUTE);
    house.poller.stop();
    machine.accounts = [anAccount({ id: "home" })];
    expect((await machine.begins()).picture.devices()).toEqual([]);
  });

  it("an offline lock is still offline, with what it was before", async () => {
    const machine = new Machine();
    await machine.livesOnce((house) => {
      house.states.set("front", lockStates("Locked", "Offline"));
    });
    const house = await machine.begins();
    expect(house.device("front")).toMatchObject({ online: false, available: false, trouble: "offline" });
  });

  it("a stop amid a command leaves nothing that is under way", async () => {
    const machine = new Machine();
    const before = await machine.starts();
    before.picture.update({ devices: [{ ...before.device("front"), transition: "unlocking" }] });
    before.poller.stop();
    expect((await machine.begins()).device("front").transition).toBeNull();
  });
});

describe("the first look", () => {
  it("is over when every account that can be asked has been, whatever came of it", async () => {
    const machine = new Machine();
    machine.accounts = [anAccount({ id: "home" }), anAccount({ id: "cabin", status: "sign_in_needed" })];
    const house = await machine.begins((it) => it.cloud.on("Query", { status: 500 }));
    let isOver = false;
    void house.poller.looked(3000).then(() => (isOver = true));
    await house.quiet();
    expect(isOver).toBe(false);
    await house.pass(0);
    expect(isOver).toBe(true);
    expect(house.cloud.actions.map(({ name }) => name)).toEqual(["Discovery", "Query"]);
  });

  it("takes no longer than somebody waits for it, and leaves no timer", async () => {
    const machine = new Machine();
    const house = await machine.begins((it) => it.cloud.on("Discovery", "never"));
    let isOver = false;
    void house.poller.looked(3000).then(() => (isOver = true));
    await house.pass(2999);
    expect(isOver).toBe(false);
    await house.pass(1);
    expect(isOver).toBe(true);
    const other = house.poller.looked(3000);
    house.poller.stop();
    await other;
    expect(house.clock.armed).toBe(0);
  });
});

describe("how old it is", () => {
  const freshnessAfter = async (between: (machine: Machine) => void): Promise<string> => {
    const machine = new Machine();
    await machine.livesOnce();
    between(machine);
    return (await machine.begins()).device("front").freshness;
  };

  it.each<[string, string, (machine: Machine) => void]>([
    ["at once", "stale", () => {}],
    ["after 14 minutes", "stale", ({ clock }) => clock.advance(14 * MINUTE)],
    ["after 16 minutes", "expired", ({ clock }) => clock.advance(16 * MINUTE)],
    ["after a sleep of a day", "expired", ({ clock }) => clock.sleep(24 * 60 * MINUTE)],
    ["when somebody set the clock back by a day", "stale", ({ clock }) => clock.jump(-24 * 60 * MINUTE)],
    [
      "when somebody set the clock back, after 16 minutes",
      "expired",
      ({ clock }) => {
        clock.advance(16 * MINUTE);
        clock.jump(-24 * 60 * MINUTE);
      },
    ],
    ["when a virtual machine stood still for an hour", "expired", ({ clock }) => clock.jump(60 * MINUTE)],
    [
      "after the machine has started anew, whatever its clock says",
      "expired",
      (machine) => {
        machine.boot = "boot-2";
        machine.clock = new ManualClock(machine.clock.now() + 1000);
        machine.clock.advance(10 * MINUTE);
      },
    ],
    [
      "after the machine has started anew in 1970",
      "expired",
      (machine) => {
        machine.boot = "boot-2";
        machine.clock = new ManualClock(20_000);
      },
    ],
    [
      "after a container with an uptime of its own has started anew",
      "expired",
      (machine) => {
        machine.clock = new ManualClock(machine.clock.now() + 1000);
      },
    ],
    ["where the system does not name its runs", "expired", (machine) => (machine.boot = null)],
  ])("%s: %s", async (_when, freshness, between) => {
    expect(await freshnessAfter(between)).toBe(freshness);
  });

  it("two restarts in a row do not make it younger", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    for (let restart = 0; restart < 2; restart += 1) {
      machine.clock.advance(8 * MINUTE);
      const house = await machine.starts(away);
      house.poller.stop();
    }
    expect((await machine.begins()).device("front").freshness).toBe("expired");
  });

  it("what was too old to tell stays so over a second restart", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.boot = "boot-2";
    const house = await machine.starts(away);
    house.poller.stop();
    expect((await machine.begins()).device("front").freshness).toBe("expired");
  });

  it("killed, it knows the state, and that it was said long ago", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(60 * MINUTE);
    const killed = await machine.begins();
    expect(killed.device("front")).toMatchObject({ lock_state: "unlocked", freshness: "expired" });
    house.poller.stop();
  });
});

describe("a device's list is known", () => {
  const known = (house: House): boolean | undefined => house.picture.gateway.clouds["home"]?.devices_known;

  it("after the first discovery of a run that began with what the last one knew", async () => {
    const machine = new Machine();
    const first = await machine.starts();
    expect(known(first), "a single list may lack a device").toBe(false);
    await first.pass(2 * HALF_AN_HOUR);
    expect(known(first)).toBe(true);
    first.poller.stop();

    const house = await machine.begins();
    expect(known(house)).toBeUndefined();
    await house.pass(0);
    expect(known(house)).toBe(true);
  });

  it("not while the cloud is away", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    expect(known(await machine.starts(away))).toBe(false);
  });

  it("and a lock goes with the third list that lacks it, also when each was asked for by another run", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    await machine.livesOnce(lists("front"));
    const house = await machine.begins();
    expect(house.device("garden").trouble).toBe("missing");
    house.poller.stop();
    await machine.livesOnce(lists("front"));
    const third = await machine.starts(lists("front"));
    expect(third.picture.devices().map(({ id }) => id)).toEqual(["front"]);
    third.poller.stop();
    expect((await machine.begins()).picture.devices().map(({ id }) => id)).toEqual(["front"]);
  });

  it("and a restart with a list that has it begins the count anew", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    for (let run = 0; run < 4; run += 1) {
      await machine.livesOnce(lists("front"));
      await machine.livesOnce();
    }
    expect((await machine.begins()).device("garden").missing_since_at).toBeNull();
  });
});

describe("the disk", () => {
  it("is not written while nothing happens", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    await house.pass(2 * HALF_AN_HOUR + MINUTE);
    const { written } = machine;
    await house.pass(3 * 60 * MINUTE);
    expect(machine.written).toBe(written);
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(MINUTE);
    expect(machine.written).not.toBe(written);
    house.poller.stop();
  });

  it("is written six times a minute at most, however restless a lock is", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    await house.pass(MINUTE);
    let writes = 0;
    for (let second = 0, last = machine.written; second < 120; second += 1) {
      const said = house.device("front").lock_state === "locked" ? "unlocked" : "locked";
      house.picture.update({ devices: [{ ...house.device("front"), lock_state: said }] });
      await house.pass(1000);
      if (machine.written !== last) writes += 1;
      last = machine.written;
    }
    expect(writes).toBeGreaterThan(6);
    expect(writes).toBeLessThanOrEqual(12);
  });

  it("that takes nothing costs the stored picture alone, is told of once, and is written when it takes it again", async () => {
    const machine = new Machine();
    mkdirSync(machine.file);
    const house = await machine.starts();
    expect(house.device("front")).toMatchObject({ lock_state: "locked", freshness: "fresh" });
    await house.pass(10 * MINUTE);
    rmSync(machine.file, { recursive: true });
    await house.pass(MINUTE + 1000);
    house.poller.stop();
    expect(machine.warnings()).toEqual([
      expect.stringMatching(/can't be stored in .*picture\.db/),
      expect.stringMatching(/stored again/),
    ]);
    expect((await machine.begins()).device("front").lock_state).toBe("locked");
  });

  it("whose file is damaged begins a new one, and sets the damaged aside", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    writeFileSync(machine.file, "no database at all, and long enough to be looked at");
    const house = await machine.starts();
    expect(house.device("front").freshness).toBe("fresh");
    expect(readdirSync(join(machine.file, ".."))).toContain("picture.damaged.db");
    await house.pass(MINUTE);
    house.poller.stop();
    expect((await machine.begins()).picture.devices()).toHaveLength(2);
  });

  it("whose file is damaged while the gateway runs is written anew, with all that was in it", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    await house.pass(MINUTE);
    const other = new SqliteDatabase(machine.file);
    other.pragma("wal_checkpoint(TRUNCATE)");
    const root = Number(other.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'device'").pluck().get());
    const bytes = Number(other.pragma("page_size", { simple: true }));
    other.close();
    const file = openSync(machine.file, "r+");
    writeSync(file, Buffer.alloc(bytes, 0xff), 0, bytes, (root - 1) * bytes);
    closeSync(file);
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(3 * MINUTE);
    house.poller.stop();
    const next = await machine.begins();
    expect(next.picture.devices().map(({ lock_state }) => lock_state)).toEqual(["unlocked", "unlocked"]);
  });

  it.each([
    ["device", '{"state":{"id":"front","name":7}}', 2],
    ["device", "{", 2],
    ["sighting", '{"record":{"id":"front"},"missed":0}', 1],
  ])("that says nonsense of a %s is believed in the rest only: %s", async (table, content, devices) => {
    const machine = new Machine();
    await machine.livesOnce();
    const other = new SqliteDatabase(machine.file);
    other.prepare(`UPDATE ${table} SET content = ? WHERE device_id = 'front'`).run(content);
    other.close();
    const house = await machine.begins();
    expect(house.picture.devices()).toHaveLength(devices);
    expect(house.picture.device("garden")).toMatchObject({ lock_state: "unlocked" });
    await house.pass(0);
    expect(house.device("front")).toMatchObject({ name: "Front door", lock_state: "locked" });
  });

  it("that has lost a part of a list does not know the list, and one discovery does not make up for it", async () => {
    const machine = new Machine();
    const first = await machine.starts();
    await first.pass(2 * HALF_AN_HOUR);
    first.poller.stop();
    const other = new SqliteDatabase(machine.file);
    other.exec("UPDATE sighting SET content = '' WHERE device_id = 'garden'");
    other.close();
    const house = await machine.starts(lists("front"));
    expect(house.picture.gateway.clouds["home"]?.devices_known).toBe(false);
  });

  it("that was written by a later version is set aside", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    const other = new SqliteDatabase(machine.file);
    other.pragma("user_version = 99");
    other.close();
    expect((await machine.starts()).device("front").freshness).toBe("fresh");
    expect(machine.warnings()[0]).toContain("damaged");
  });
});

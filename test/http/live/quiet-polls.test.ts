import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GATHER_MS } from "../../../src/http/live/live-feed.ts";
import type { PictureUpdate } from "../../../src/state/live-picture.ts";
import type { CloudState, DeviceState, Snapshot } from "../../../src/state/picture.ts";
import { saidAgain } from "../../../src/state/report-ages.ts";
import type { Update } from "../../../src/state/report-ages.ts";
import { withChange } from "../../../ui/src/live/picture-change.ts";
import { aDevice, anAccount } from "../../state/models.ts";
import type { FeedMessage } from "../stage.ts";
import { aFeed } from "./feed-bench.ts";

const LOCKS = 500;
const CLOUD: CloudState = { online: true, error: null, last_success_at: 1, devices_known: true };

describe("a poll in which the cloud says the same again", () => {
  test("of 500 locks costs a page 5 KB at most, and its ages are right", () => {
    const { page, poll } = aHouse(locks());
    const { bytes, update } = poll(2);
    expect(bytes).toBeLessThan(200);
    expect(update?.ages).toEqual({ clouds: { home: 2 }, devices: [{ account_id: "home", at: 2, except: [] }] });
    expect(page().devices.every(({ confirmed_at }) => confirmed_at === 2)).toBe(true);
  });

  test("of 500 locks, 100 of which are silent and one of which has moved, too", () => {
    const { page, poll, picture } = aHouse(locks());
    const { bytes, update } = poll(2, (device, index) => {
      if (index % 5 === 0) return device;
      return index === 1 ? { ...saidAgain(device, { at: 2 }), lock_state: "unlocked" } : saidAgain(device, { at: 2 });
    });
    expect(bytes).toBeLessThan(5 * 1024);
    expect(update?.set.devices?.map(({ id }) => id)).toEqual([idOf(1)]);
    expect(page()).toEqual(picture.snapshot());
  });

  test("without the battery, as at every poll, no more", () => {
    const { page, poll, picture } = aHouse(locks());
    const { bytes, update } = poll(2, (device) => saidAgain(device, { at: 2, unsaid: ["battery"] }));
    expect(bytes).toBeLessThan(250);
    expect(update?.ages?.devices).toEqual([{ account_id: "home", at: 2, unsaid: ["battery"], except: [] }]);
    expect(page()).toEqual(picture.snapshot());
  });

  test("of a few devices names those few", () => {
    const { poll } = aHouse(locks());
    const { update } = poll(2, (device, index) => (index === 3 ? saidAgain(device, { at: 2 }) : device));
    expect(update?.ages?.devices).toEqual([{ account_id: "home", at: 2, only: [idOf(3)] }]);
  });

  test("of one account leaves the devices of another as they were", () => {
    const [one, other] = [aLock(1), { ...aLock(2), account_id: "cabin" }];
    const { page, poll, picture } = aHouse([one, other]);
    const { update } = poll(2, (device) => (device.account_id === "home" ? saidAgain(device, { at: 2 }) : device));
    expect(update?.ages?.devices).toEqual([{ account_id: "home", at: 2, except: [] }]);
    expect(page()).toEqual(picture.snapshot());
  });

  test("is told whole where the few words would say something else", () => {
    const { page, poll, picture } = aHouse([aLock(1), aLock(2)]);
    const { update } = poll(2, (device, index) =>
      index === 0 ? { ...device, confirmed_at: 2 } : { ...device, said_at: { ...device.said_at, door_state: 2 } },
    );
    expect(update).toMatchObject({ set: { devices: [{ confirmed_at: 2 }, { said_at: { door_state: 2 } }] } });
    expect(page()).toEqual(picture.snapshot());
  });
});

describe("of the gateway", () => {
  test("what else has changed is told whole, and so is a cloud that has never answered", () => {
    const { change } = aHouse([]);
    const [down, unheard] = [
      { ...CLOUD, online: false },
      { ...CLOUD, last_success_at: null },
    ];
    expect(change({ gateway: { clouds: { home: down } } })?.set.gateway?.clouds).toEqual({ home: down });
    expect(change({ gateway: { clouds: { home: { ...down, last_success_at: 5 } } } })).toMatchObject({
      set: {},
      ages: { clouds: { home: 5 } },
    });
    expect(change({ gateway: { clouds: { home: unheard } } })?.set.gateway?.clouds).toEqual({ home: unheard });
    expect(change({ gateway: { clouds: { home: { ...unheard, online: null } } } })?.set).toHaveProperty("gateway");
    expect(change({ gateway: { calls_last_hour: 3 } })?.set.gateway?.calls_last_hour).toBe(3);
  });

  test("an age that is no longer known is told whole", () => {
    const { change } = aHouse([]);
    expect(change({ gateway: { clouds: { home: { ...CLOUD, last_success_at: null } } } })?.set.gateway?.clouds).toEqual(
      {
        home: { ...CLOUD, last_success_at: null },
      },
    );
  });
});

test("what was undone within a moment is told to nobody", () => {
  const { picture, clock, heard } = aHouse([aLock(1)]);
  const told = heard.length;
  picture.update({ devices: [{ ...aLock(1), transition: "locking" }] });
  picture.update({ devices: [aLock(1)] });
  clock.advance(GATHER_MS);
  expect(heard).toHaveLength(told);
});

test("those who are no administrators hear the ages too", () => {
  const { join, picture, clock } = aHouse(locks());
  const { heard } = join("member");
  picture.update({ devices: picture.devices().map((device) => saidAgain(device, { at: 2 })) });
  clock.advance(GATHER_MS);
  expect(heard.at(-1)).toMatchObject({ type: "update", ages: { devices: [{ account_id: "home", at: 2 }] } });
});

test("every page holds the picture, whatever happened, and whenever it came", () => {
  const step = fc.record({
    device: fc.nat(3),
    at: fc.integer({ min: 2, max: 4 }),
    what: fc.constantFrom("said", "unsaid", "all", "moved", "removed", "came", "cloud", "joined", "left", "time"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { picture, clock, join } = aHouse([aLock(0), aLock(1), aLock(2)]);
      const pages = [join()];
      for (const { device: index, at, what } of steps) {
        const device = picture.device(idOf(index));
        if (what === "time") clock.advance(GATHER_MS);
        else if (what === "joined") pages.push(join());
        else if (what === "left") pages.pop()?.connection.leave();
        else if (what === "cloud") picture.update({ gateway: { clouds: { home: { ...CLOUD, last_success_at: at } } } });
        else if (what === "came") picture.update({ devices: [{ ...aLock(index), lock_state: "jammed" }] });
        else if (what === "all") picture.update({ devices: picture.devices().map((one) => saidAgain(one, { at })) });
        else if (device === undefined) continue;
        else if (what === "removed") picture.update({ removed_devices: [device.id] });
        else if (what === "moved") picture.update({ devices: [{ ...device, battery_percent: at }] });
        else picture.update({ devices: [saidAgain(device, { at, unsaid: what === "said" ? [] : ["battery"] })] });
      }
      clock.advance(GATHER_MS);
      for (const { heard } of pages) {
        const { gateway, devices } = held(heard);
        expect(gateway).toEqual(picture.gateway);
        // What went and came within a moment has its old place on the page.
        expect(byId(devices)).toEqual(byId(picture.devices()));
      }
    }),
  );
});

interface House extends ReturnType<typeof aFeed> {
  readonly heard: FeedMessage[];
  /** What the page holds. */
  readonly page: () => Snapshot;
  readonly change: (update: PictureUpdate) => Update | undefined;
  /** A poll at `at`, and what it costs the page. */
  readonly poll: (
    at: number,
    report?: (device: DeviceState, index: number) => DeviceState,
  ) => { readonly bytes: number; readonly update: Update | undefined };
}

/** Devices that were reported at 1, and a page that has begun. */
function aHouse(devices: readonly DeviceState[]): House {
  const feed = aFeed();
  const { picture, clock, join } = feed;
  picture.update({ accounts: [anAccount()], devices, gateway: { clouds: { home: CLOUD } } });
  const { heard } = join();
  const change: House["change"] = (update) => {
    const before = heard.length;
    picture.update(update);
    clock.advance(GATHER_MS);
    return heard[before] as unknown as Update | undefined;
  };
  const poll: House["poll"] = (at, report = (device) => saidAgain(device, { at })) => {
    const before = heard.length;
    picture.update({ gateway: { clouds: { home: { ...CLOUD, last_success_at: at } } } });
    const update = change({ devices: picture.devices().map(report) });
    const bytes = heard.slice(before).reduce((sum, message) => sum + JSON.stringify(message).length, 0);
    return { bytes, update };
  };
  return { ...feed, heard, page: () => held(heard), change, poll };
}

function held(heard: readonly FeedMessage[]): Snapshot {
  const [first, ...rest] = heard as unknown as [Snapshot & { type: string; access: unknown }, ...Update[]];
  const { type: _type, access: _access, ...snapshot } = first;
  return rest.reduce(withChange, snapshot as Snapshot);
}

function byId(devices: readonly DeviceState[]): DeviceState[] {
  return devices.toSorted((one, other) => one.id.localeCompare(other.id));
}

function locks(): DeviceState[] {
  return Array.from({ length: LOCKS }, (_, index) => aLock(index));
}

function aLock(index: number): DeviceState {
  const said_at = { online: 1, lock_state: 1, lock_mode: 1, battery: 1 };
  return aDevice({ id: idOf(index), name: `Door ${index}`, said_at, confirmed_at: 1 });
}

/** As long as the cloud's are. */
function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

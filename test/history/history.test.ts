import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ALIVE_EVERY_MS } from "../../src/history/recorder.ts";
import type { AccountEvent } from "../../src/keeper/account-state.ts";
import { anEntry } from "../activity/house.ts";
import { aDevice, anAccount } from "../state/models.ts";
import { DAY, HOUR, all, aHistory } from "./house.ts";

function refreshed(at: number, part: Partial<AccountEvent> = {}): AccountEvent {
  return { at, kind: "refreshed", generation: 1, class: null, code: null, message: "", ...part };
}

describe("doors", () => {
  test("are told from the activity log, door by door, and nothing is known of the time without a gateway", async () => {
    const { clock, history, happens, recorder, again } = aHistory();
    const begun = clock.now();
    happens(anEntry({ kind: "device_added", value: null, from: null, to: null, cause: null, at: begun }));
    clock.advance(ALIVE_EVERY_MS);
    recorder.stop();
    const stopped = clock.now();
    clock.jump(3 * HOUR);
    again();
    const back = clock.now();
    happens(anEntry({ at: back + 1000 }));
    clock.advance(ALIVE_EVERY_MS);
    const window = history.window(1);
    expect(window.down).toEqual([
      { from: window.from, to: begun },
      { from: stopped, to: back },
    ]);
    const [door] = await all(history.doors(window));
    expect(door?.spans.map(({ at, state }) => [at, state])).toEqual([
      [window.from, "unknown"],
      [begun, "locked"],
      [stopped, "unknown"],
      [back, "locked"],
      [back + 1000, "unlocked"],
    ]);
  });

  test("of an earlier version, which did not write down when it ran, are known as far as its log goes", async () => {
    const { clock, history, happens } = aHistory();
    const then = clock.now() - 5 * DAY;
    happens(anEntry({ at: then, from: "unlocked", to: "locked" }));
    const window = history.window(30);
    const [door] = await all(history.doors(window, "door"));
    expect(door?.spans.map(({ at, state }) => [at, state])).toEqual([
      [window.from, "unknown"],
      [then, "locked"],
    ]);
  });

  test("with more changes than are read in one go are whole", async () => {
    const { clock, history, happens } = aHistory();
    const begun = clock.now() - DAY;
    const flip = (index: number): object => (index % 2 === 0 ? {} : { from: "unlocked", to: "locked" });
    happens(...Array.from({ length: 1201 }, (_, index) => anEntry({ at: begun + index * 1000, ...flip(index) })));
    const [door] = await all(history.doors(history.window(2)));
    // Before the first of them nothing is known.
    expect(door?.spans).toHaveLength(1202);
  });

  test("that are not there are said so, and lamps have none", async () => {
    const { history, picture } = aHistory();
    picture.update({ devices: [aDevice({ id: "lamp", kind: "light" })] });
    expect((await all(history.doors(history.window(1)))).map(({ device_id }) => device_id)).toEqual(["door"]);
    await expect(all(history.doors(history.window(1), "nobody"))).rejects.toMatchObject({ code: "device_not_found" });
  });
});

describe("tokens", () => {
  test("keep their outages as one mark over a restart, and longer than the picture has their events", async () => {
    const { clock, history, picture, recorder, again, events } = aHistory();
    const begun = clock.now();
    const timeout = { kind: "retried", class: "transient", code: "timeout" } as const;
    events.push(refreshed(begun), refreshed(begun + 1, timeout));
    picture.update({ accounts: [anAccount({ recent: [...events] })] });
    clock.advance(2000);
    recorder.stop();
    again();
    events.push(refreshed(begun + 2, timeout));
    picture.update({
      accounts: [anAccount({ recent: events.slice(1) })],
    });
    clock.advance(2000);
    picture.update({
      accounts: [anAccount({ recent: [refreshed(begun + 2, timeout), refreshed(begun + 9, { kind: "recovered" })] })],
    });
    clock.advance(2000);
    expect(await all(history.tokens(history.window(30), "home"))).toEqual([
      {
        account_id: "home",
        marks: [
          { kind: "refreshed", at: begun, until: null, count: 1, code: null },
          { kind: "retried", at: begun + 1, until: begun + 9, count: 2, code: "timeout" },
          { kind: "recovered", at: begun + 9, until: null, count: 1, code: null },
        ],
      },
    ]);
  });

  test("are taken from the vault where the picture has left some out", async () => {
    const { clock, history, picture, events } = aHistory();
    events.push(...[1, 2, 3, 4].map((at) => refreshed(clock.now() + at)));
    picture.update({ accounts: [anAccount({ recent: events.slice(-1) })] });
    clock.advance(2000);
    const [home] = await all(history.tokens(history.window(1)));
    expect(home?.marks).toHaveLength(4);
  });

  test("go with their account", async () => {
    const { clock, history, picture } = aHistory();
    picture.update({ accounts: [anAccount({ recent: [refreshed(clock.now())] })] });
    clock.advance(2000);
    picture.update({ removed_accounts: ["home"] });
    clock.advance(2000);
    picture.update({ accounts: [anAccount()] });
    expect(await all(history.tokens(history.window(1)))).toEqual([{ account_id: "home", marks: [] }]);
    await expect(all(history.tokens(history.window(1), "nobody"))).rejects.toMatchObject({ code: "account_not_found" });
  });
});

describe("batteries", () => {
  test("have one reading a day, the latest, for 400 days", async () => {
    const { clock, history, picture } = aHistory();
    const says = (percent: number): void => {
      picture.update({
        devices: [aDevice({ battery_percent: percent, battery_level: null, said_at: { battery: clock.now() } })],
      });
      clock.advance(2000);
    };
    says(90);
    says(80);
    clock.jump(DAY);
    says(80);
    const [door] = await all(history.batteries("door"));
    expect(door).toMatchObject({ outlook: "too_few", ends_at: null });
    expect(door?.readings.map(({ percent }) => percent)).toEqual([80, 80]);
    clock.jump(401 * DAY);
    says(70);
    clock.advance(2 * ALIVE_EVERY_MS);
    const [later] = await all(history.batteries());
    expect(later?.readings.map(({ percent }) => percent)).toEqual([70]);
  });
});

describe("the file", () => {
  test("that is damaged is set aside, and a new one begins", async () => {
    const { historyFile, recorder, again, warnings, history } = aHistory();
    recorder.stop();
    writeFileSync(historyFile, "no database".repeat(1000));
    again();
    expect(warnings()).toEqual([expect.stringContaining("history.damaged.db")]);
    expect(await all(history.batteries())).toMatchObject([{ readings: [] }]);
  });

  test("that cannot be written costs one line in the log, and reading says so", () => {
    const { clock, history, warnings } = aHistory("/proc/no/history.db");
    clock.advance(4 * ALIVE_EVERY_MS);
    expect(warnings()).toHaveLength(1);
    expect(() => history.window(1)).toThrow(expect.objectContaining({ code: "store_failed" }));
  });
});

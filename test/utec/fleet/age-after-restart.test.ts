import { describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import { lockStates } from "../tiny-cloud.ts";
import { MINUTE, Machine, away } from "./machine.ts";

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

  it("what was of unknown age stays so over a second restart", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.boot = "boot-2";
    const house = await machine.starts(away);
    house.poller.stop();
    expect((await machine.begins()).device("front").freshness).toBe("expired");
  });

  it("killed, it knows the state, and that it was reported long ago", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(60 * MINUTE);
    const killed = await machine.begins();
    expect(killed.device("front")).toMatchObject({ lock_state: "unlocked", freshness: "expired" });
    house.poller.stop();
  });
});

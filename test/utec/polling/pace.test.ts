import { describe, expect, it } from "vitest";
import type { PushHealth } from "../../../src/utec/cloud/push-health.ts";
import { aLivedInHouse } from "../house.ts";

const MINUTE = 60_000;

/** A push channel as its owner reports on it. */
class SomePush implements PushHealth {
  healthy = false;
  readonly #listeners = new Set<(accountId: string) => void>();

  get listeners(): number {
    return this.#listeners.size;
  }

  isHealthy(): boolean {
    return this.healthy;
  }

  subscribe(listener: (accountId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  turn(healthy: boolean): void {
    this.healthy = healthy;
    for (const listener of this.#listeners) listener("home");
  }
}

describe("while a push channel tells of changes", () => {
  it("the cloud is polled every 5 min, and a state is stale after three of those", async () => {
    const push = new SomePush();
    const house = await aLivedInHouse({ push, freshness: { staleAfterPolls: 3, unavailableAfterMs: 60 * MINUTE } });
    push.turn(true);
    await house.pass(30_000);
    house.cloud.actions.length = 0;
    await house.pass(20 * MINUTE);
    expect(house.cloud.count("Query")).toBe(4);
    expect(house.device("front").freshness).toBe("fresh");
    house.cloud.on("Query", { status: 500, body: "" });
    await house.pass(14 * MINUTE);
    expect(house.device("front").freshness).toBe("fresh");
    await house.pass(MINUTE);
    expect(house.device("front").freshness).toBe("stale");
  });

  it("a command is still followed every 5 s for a minute", async () => {
    const push = new SomePush();
    const house = await aLivedInHouse({ push });
    push.turn(true);
    await house.pass(30_000);
    house.cloud.actions.length = 0;
    house.poller.soon("front");
    await house.pass(MINUTE);
    expect(house.cloud.count("Query")).toBe(12);
  });

  it("its end is noticed at once: the cloud is asked, and no state looks stale meanwhile", async () => {
    const push = new SomePush();
    const house = await aLivedInHouse({ push });
    push.turn(true);
    await house.pass(4 * MINUTE);
    house.cloud.actions.length = 0;
    house.changes.length = 0;
    push.turn(false);
    await house.pass(0);
    expect(house.cloud.count("Query")).toBe(1);
    const told = house.changes.flatMap(({ set }) => set.devices ?? []).map(({ freshness }) => freshness);
    expect(new Set(told)).toEqual(new Set(["fresh"]));
    await house.pass(MINUTE);
    expect(house.cloud.count("Query")).toBe(3);
  });

  it("its end while the cloud is down leaves the states as old as they are", async () => {
    const push = new SomePush();
    const house = await aLivedInHouse({ push });
    push.turn(true);
    await house.pass(4 * MINUTE);
    house.cloud.on("Query", { status: 500, body: "" });
    push.turn(false);
    await house.pass(0);
    expect(house.device("front").freshness).toBe("stale");
  });

  it("has no listener after the stop", async () => {
    const push = new SomePush();
    const house = await aLivedInHouse({ push });
    expect(push.listeners).toBe(1);
    house.poller.stop();
    expect(push.listeners).toBe(0);
  });
});

describe("somebody who keeps clicking", () => {
  it("joins the listing in progress", async () => {
    const house = await aLivedInHouse();
    await house.pass(10_000);
    let answer = (): void => {};
    house.cloud.on("Discovery", async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { payload: {} };
    });
    house.poller.listDevices();
    house.clock.advance(0);
    await expect.poll(() => house.cloud.count("Discovery"), { interval: 1, timeout: 5000 }).toBe(2);
    for (let click = 0; click < 20; click += 1) house.poller.listDevices();
    answer();
    await house.pass(60_000);
    expect(house.cloud.count("Discovery")).toBe(2);
  });

  it("gets one device list in 5 s at most", async () => {
    const house = await aLivedInHouse();
    for (let tenth = 0; tenth < 300; tenth += 1) {
      house.poller.listDevices();
      await house.pass(100);
    }
    expect(house.cloud.count("Discovery")).toBe(1 + 6);
    expect(house.cloud.count("Query")).toBe(1 + 6);
  });
});

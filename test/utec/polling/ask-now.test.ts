import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { anAccount } from "../../state/models.ts";
import { aLivedInHouse } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";

/** What became of somebody's asking. */
function ask(house: House, accountId = "home"): { outcome: string } {
  const asked = { outcome: "waits" };
  house.poller.askNow(accountId).then(
    () => (asked.outcome = house.device("front").lock_state ?? "none"),
    (error: unknown) => (asked.outcome = error instanceof Problem ? error.code : String(error)),
  );
  return asked;
}

describe("asking the cloud now", () => {
  it("ends when what the cloud says is in the picture, and an interval later comes the next poll", async () => {
    const house = await aLivedInHouse();
    await house.pass(6000);
    house.states.set("front", lockStates("Unlocked"));
    const asked = ask(house);
    await house.pass(0);
    await house.quiet();
    expect(asked.outcome).toBe("unlocked");
    expect(house.cloud.count("Query")).toBe(2);
    await house.pass(29_000);
    expect(house.cloud.count("Query")).toBe(2);
  });

  it("comes to one query in 5 s, however many ask, and all of them learn what is new", async () => {
    const house = await aLivedInHouse();
    await house.pass(6000);
    const first = Array.from({ length: 50 }, () => ask(house));
    await house.pass(0);
    await house.quiet();
    expect(house.cloud.count("Query")).toBe(2);
    house.states.set("front", lockStates("Unlocked"));
    const later = Array.from({ length: 50 }, () => ask(house));
    await house.pass(4999);
    expect(house.cloud.count("Query")).toBe(2);
    await house.pass(1);
    await house.quiet();
    expect(house.cloud.count("Query")).toBe(3);
    expect(new Set(first.map(({ outcome }) => outcome))).toEqual(new Set(["locked"]));
    expect(new Set(later.map(({ outcome }) => outcome))).toEqual(new Set(["unlocked"]));
  });

  it("does not take a query for its own that had begun before", async () => {
    const house = await aLivedInHouse();
    let answer = (): void => {};
    house.cloud.on("Query", async ({ deviceIds }) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { payload: { devices: deviceIds.map((id) => ({ id, states: house.states.get(id) })) } };
    });
    house.clock.advance(30_000);
    await expect.poll(() => house.cloud.count("Query"), { interval: 1, timeout: 5000 }).toBe(2);
    const asked = ask(house);
    answer();
    await expect.poll(() => house.device("front").confirmed_at, { interval: 1, timeout: 5000 }).toBe(house.clock.now());
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.outcome).toBe("waits");
    house.states.set("front", lockStates("Unlocked"));
    const queriesAfterAWhile = (): number => {
      house.clock.advance(500);
      return house.cloud.count("Query");
    };
    await expect.poll(queriesAfterAWhile, { interval: 5, timeout: 5000 }).toBe(3);
    answer();
    await expect.poll(() => asked.outcome, { interval: 1, timeout: 5000 }).toBe("unlocked");
  });

  it("says what went wrong, and not before the cloud allows it asks again", async () => {
    const house = await aLivedInHouse();
    await house.pass(6000);
    house.cloud.on("Query", { status: 429, headers: { "retry-after": "120" }, body: "" });
    const asked = ask(house);
    await house.pass(0);
    await house.quiet();
    expect(asked.outcome).toBe("rate_limited");
    const count = house.cloud.count("Query");
    await expect(house.poller.askNow("home")).rejects.toMatchObject({ code: "rate_limited", retryable: true });
    expect(house.cloud.count("Query")).toBe(count);
  });

  it("is over at once for an account that is not there, has no devices, or must be signed in, and when polling ends", async () => {
    const house = await aLivedInHouse();
    await expect(house.poller.askNow("nobody")).rejects.toMatchObject({ code: "account_not_found" });
    house.picture.update({ accounts: [anAccount({ id: "grid", provider: "watttime", has_devices: false })] });
    await expect(house.poller.askNow("grid")).resolves.toBeUndefined();
    const asked = ask(house);
    house.picture.update({
      accounts: [anAccount({ id: "home", name: "Home", status: "sign_in_needed", token_usable: false })],
    });
    await house.quiet();
    expect(asked.outcome).toBe("sign_in_needed");
    await expect(house.poller.askNow("home")).rejects.toMatchObject({ code: "sign_in_needed" });
  });
});

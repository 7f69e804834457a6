import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aLivedInHouse } from "../house.ts";
import type { House } from "../house.ts";

const SHED = { id: "shed", name: "Shed", category: "SmartLock", handleType: "utec-lock" };

/** What became of somebody's looking: how many devices there are then. */
function look(house: House, accountId = "home"): { outcome: unknown } {
  const asked: { outcome: unknown } = { outcome: "waits" };
  house.poller.listNow(accountId).then(
    () => (asked.outcome = house.picture.devices().length),
    (error: unknown) => (asked.outcome = error instanceof Problem ? error.code : String(error)),
  );
  return asked;
}

function lists(house: House, ...records: readonly object[]): void {
  house.cloud.on("Discovery", { payload: { devices: records } });
}

describe("looking for devices now", () => {
  it("ends when a list that the cloud has just given is in the picture", async () => {
    const house = await aLivedInHouse();
    await house.pass(6000);
    lists(house, ...LOCK_RECORDS, SHED);
    const asked = look(house);
    await house.pass(0);
    await house.quiet();
    expect(asked.outcome).toBe(3);
    expect(house.cloud.count("Discovery")).toBe(2);
  });

  it("comes to one list in 5 s, however many look", async () => {
    const house = await aLivedInHouse();
    const asked = Array.from({ length: 50 }, () => look(house));
    await house.pass(4900);
    expect(house.cloud.count("Discovery")).toBe(1);
    await house.pass(200);
    await house.quiet();
    expect(house.cloud.count("Discovery")).toBe(2);
    expect(new Set(asked.map(({ outcome }) => outcome))).toEqual(new Set([2]));
  });

  it("joins a list that is on its way", async () => {
    const house = await aLivedInHouse();
    await house.pass(6000);
    let answer = (): void => {};
    house.cloud.on("Discovery", async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { payload: { devices: [...LOCK_RECORDS, SHED] } };
    });
    const first = look(house);
    house.clock.advance(0);
    await expect.poll(() => house.cloud.count("Discovery"), { interval: 1, timeout: 5000 }).toBe(2);
    const second = look(house);
    answer();
    await expect.poll(() => [first.outcome, second.outcome], { interval: 1, timeout: 5000 }).toEqual([3, 3]);
    await house.pass(10_000);
    expect(house.cloud.count("Discovery")).toBe(2);
  });

  it("says what went wrong, and asks no cloud that wants no requests", async () => {
    const house = await aLivedInHouse();
    await house.pass(6000);
    house.cloud.on("Discovery", "lost");
    const lost = look(house);
    await house.pass(0);
    await house.quiet();
    expect(lost.outcome).toBe("cloud_unreachable");
    house.cloud.on("Discovery", { status: 429, headers: { "retry-after": "120" }, body: "" });
    const refused = look(house);
    await house.pass(6000);
    await house.quiet();
    expect(refused.outcome).toBe("rate_limited");
    const count = house.cloud.count("Discovery");
    await expect(house.poller.listNow("home")).rejects.toMatchObject({ code: "rate_limited", retryable: true });
    expect(house.cloud.count("Discovery")).toBe(count);
  });

  it("is over at once for an account that is not there, has no devices, or must be signed in, and when polling ends", async () => {
    const house = await aLivedInHouse();
    await expect(house.poller.listNow("nobody")).rejects.toMatchObject({ code: "account_not_found" });
    house.picture.update({ accounts: [anAccount({ id: "grid", provider: "watttime", has_devices: false })] });
    await expect(house.poller.listNow("grid")).resolves.toBeUndefined();
    const asked = look(house);
    house.picture.update({
      accounts: [anAccount({ id: "home", name: "Home", status: "sign_in_needed", token_usable: false })],
    });
    await house.quiet();
    expect(asked.outcome).toBe("sign_in_needed");
    await expect(house.poller.listNow("home")).rejects.toMatchObject({ code: "sign_in_needed" });
  });
});

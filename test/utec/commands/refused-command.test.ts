import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { aDevice } from "../../state/models.ts";
import { aLivedInHouse, aPatientHouse, endOf } from "../house.ts";
import { DEFERRED, INVALID_TOKEN, lockStates } from "../tiny-cloud.ts";
import type { Behaviour } from "../tiny-cloud.ts";

const ACCEPTED: Behaviour = { payload: { devices: [{ id: "front", states: DEFERRED }] } };

const lockMode = (value: number): object => ({ capability: "st.lock", name: "lockMode", value });

describe("a command that is not accepted", () => {
  it.each([
    [
      "because the device is offline",
      { payload: { devices: [{ id: "front", error: { code: "DEVICE_OFFLINE", message: "It sleeps." } }] } },
      "offline",
      "device_offline",
    ],
    [
      "because the device refuses it",
      { payload: { devices: [{ id: "front", error: { code: "BAD-REQUEST", message: "No." } }] } },
      "refused",
      "command_refused",
    ],
    [
      "because the cloud refuses the request",
      { payload: { error: { code: "BAD-REQUEST" } } },
      "refused",
      "cloud_error",
    ],
    ["because the cloud answers 400 without a word", { status: 400, body: "" }, "refused", "cloud_error"],
    ["because of too many requests", { status: 429, body: "" }, "refused", "rate_limited"],
  ] satisfies [string, Behaviour, string, string][])(
    "%s is refused to its asker at once",
    async (_case, behaviour, outcome, code) => {
      const house = await aLivedInHouse();
      house.cloud.on("Command", behaviour);
      await expect(house.submit("front", "unlock")).rejects.toMatchObject({ code });
      expect(house.picture.commands()).toMatchObject([{ outcome, accepted_at: null, error: { code } }]);
      expect(house.device("front")).toMatchObject({ lock_state: "locked", transition: null });
      expect(house.cloud.count("Command")).toBe(1);
    },
  );

  it("is refused in the cloud's own words, cut to a readable length", async () => {
    const house = await aLivedInHouse();
    const error = { code: "BAD-REQUEST", message: "No. ".repeat(10_000) };
    house.cloud.on("Command", { payload: { devices: [{ id: "front", error }] } });
    const refused = { code: "command_refused", message: expect.stringMatching(/^.{1,300}$/) };
    await expect(house.submit("front", "unlock")).rejects.toMatchObject(refused);
  });

  it("because nobody can reach the cloud is not tried again", async () => {
    const house = await aLivedInHouse();
    house.cloud.stop();
    await house.quiet();
    await expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "cloud_unreachable" });
    expect(house.picture.commands()).toMatchObject([{ outcome: "refused", error: { code: "cloud_unreachable" } }]);
  });

  it.each(["sign_in_needed", "misconfigured"] as const)("because the account is %s says so", async (code) => {
    const house = await aLivedInHouse();
    house.keeper.trouble = new Problem(code, "Do something.");
    await expect(house.submit("front", "unlock")).rejects.toMatchObject({ code });
    expect(house.cloud.count("Command")).toBe(0);
  });

  it("because of a bug in the gateway ends all the same, and the bug is logged", async () => {
    const house = await aLivedInHouse();
    house.keeper.trouble = new TypeError("a fault");
    await expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "internal" });
    expect(house.picture.commands()).toMatchObject([{ outcome: "unconfirmed", error: { code: "internal" } }]);
    expect(house.log()).toContainEqual(
      expect.objectContaining({
        level: "error",
        message: "A command failed because of a bug in the gateway.",
        fields: expect.objectContaining({ device_id: "front" }),
      }),
    );
    house.keeper.trouble = undefined;
    house.cloud.on("Command", ACCEPTED);
    expect(await house.submit("front", "unlock")).toMatchObject({ outcome: null });
  });

  it("because of a bug in a read of the state ends as that, and is not mistaken for an outage", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.poller.read = () => Promise.reject(new TypeError("a bug"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", error: { code: "internal" } });

    const passage = await aPatientHouse();
    passage.states.set("front", [...lockStates("Locked"), lockMode(1)]);
    await passage.pass(31_000);
    passage.poller.read = () => Promise.reject(new TypeError("a bug"));
    await expect(passage.submit("front", "unlock")).rejects.toMatchObject({ code: "internal" });
    expect(passage.cloud.count("Command")).toBe(0);
  });

  it("because the cloud does not answer after it was sent quotes no state that the cloud never reported", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.poller.read = () => Promise.reject(new Problem("cloud_unreachable", "The cloud does not answer."));
    const { outcome, error } = await endOf(house, id);
    expect(outcome).toBe("unconfirmed");
    expect(error?.message).toContain("the cloud did not answer when asked");
    expect(error?.message).not.toContain("reports");
  });

  it("and was never sent does not make polls more frequent", async () => {
    const house = await aPatientHouse();
    house.keeper.trouble = new Problem("sign_in_needed", "Nobody is signed in.");
    await expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "sign_in_needed" });
    house.keeper.trouble = undefined;
    const before = house.cloud.count("Query");
    await house.pass(20_000);
    expect(house.cloud.count("Query") - before).toBeLessThanOrEqual(1);
  });

  it("because there is no such device, or it is not a lock, never becomes a record", async () => {
    const house = await aLivedInHouse();
    house.picture.update({ devices: [aDevice({ id: "lamp", name: "Lamp", kind: "light" })] });
    await expect(house.submit("attic", "lock")).rejects.toMatchObject({ code: "device_not_found" });
    const strange = { code: "device_not_found", message: expect.stringMatching(/^.{1,200}$/) };
    await expect(house.submit("x".repeat(60_000), "lock")).rejects.toMatchObject(strange);
    await expect(house.submit("lamp", "lock")).rejects.toMatchObject({ code: "command_unsupported" });
    expect(house.picture.commands()).toEqual([]);
  });
});

describe("a command with an access token that the cloud refuses", () => {
  it("is sent again with the newer one, because the first did nothing", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", ({ token }) => (token === "access-token-1" ? INVALID_TOKEN : ACCEPTED));
    expect(await house.submit("front", "unlock")).toMatchObject({ outcome: null });
    expect(house.cloud.count("Command")).toBe(2);
    expect(house.keeper.invalidated).toEqual([1]);
  });
});

import { describe, expect, it } from "vitest";
import { aLivedInHouse } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";
import type { Behaviour } from "../tiny-cloud.ts";

const transitions = (house: House): unknown[] =>
  house.changes
    .flatMap(({ set }) => set.devices ?? [])
    .filter(({ id }) => id === "front")
    .map(({ lock_state, transition }) => transition ?? lock_state)
    .filter((state, index, all) => state !== all[index - 1]);

describe("a command whose answer is lost", () => {
  const LOST: [string, Behaviour][] = [
    ["the connection breaks", "lost"],
    ["the cloud answers 500", { status: 500, body: "" }],
    ["the answer is HTML", { body: "<html></html>" }],
  ];

  it.each(LOST)("is confirmed by its state when it happened: %s", async (_case, behaviour) => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", () => {
      house.states.set("front", lockStates("Unlocked"));
      return behaviour;
    });
    const submitted = house.submit("front", "unlock");
    await house.quiet();
    await house.pass(0);
    expect(await submitted).toMatchObject({ outcome: "confirmed", accepted_at: null, error: null });
    expect(house.cloud.actions.map(({ name }) => name)).toEqual(["Discovery", "Query", "Command", "Query"]);
  });

  it.each(LOST)(
    "is never sent again when it did not happen, and shows nothing under way: %s",
    async (_case, behaviour) => {
      const house = await aLivedInHouse();
      house.cloud.on("Command", behaviour);
      const refused = expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "command_unconfirmed" });
      await house.quiet();
      await house.pass(45_000);
      await refused;
      expect(house.cloud.count("Command")).toBe(1);
      expect(house.picture.commands()).toMatchObject([{ outcome: "unconfirmed", accepted_at: null }]);
      expect(transitions(house)).toEqual(["unknown", "locked"]);
    },
  );

  it("may show late that it happened", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", "lost");
    const submitted = house.submit("front", "unlock");
    await house.quiet();
    await house.pass(30_000);
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(10_000);
    expect(await submitted).toMatchObject({ outcome: "confirmed" });
    expect(house.cloud.count("Command")).toBe(1);
  });
});

import { expect, it } from "vitest";
import { anAccount } from "../../state/models.ts";
import { aHouse } from "../house.ts";

it("five accounts that start together are asked at once, and each further one a quarter of a second later", async () => {
  const house = await aHouse();
  house.picture.update({ accounts: Array.from({ length: 8 }, (_, n) => anAccount({ id: `${n}` })) });
  house.poller.start();
  const asked: number[] = [];
  for (const ms of [0, 249, 1, 250, 250]) {
    await house.pass(ms);
    asked.push(house.cloud.count("Discovery"));
  }
  expect(asked).toEqual([5, 5, 6, 7, 8]);
});

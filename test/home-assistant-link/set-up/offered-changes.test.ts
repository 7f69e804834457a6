import { expect, test } from "vitest";
import { TakeOver } from "../../../src/home-assistant/set-up/take-over.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import { aDevice, aGateway, anAccount } from "../../state/models.ts";

test("what was offered before is forgotten with the next offer, and all of it at the end", async () => {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()], devices: [aDevice()] });
  let changes = 0;
  const takeOver = new TakeOver({
    core: { call: () => Promise.resolve(null) },
    picture,
    gateway_id: aGateway().id,
    version: "0.1.0",
    page: () => null,
    onChange: () => (changes += 1),
  });
  await takeOver.offer();
  picture.update({ devices: [aDevice({ id: "gate" })] });
  expect(changes).toBe(1);
  await takeOver.offer();
  picture.update({ devices: [aDevice({ id: "gate", lock_state: "unlocked" })] });
  expect(changes).toBe(1);
  takeOver.end();
  picture.update({ devices: [aDevice({ id: "shed" })] });
  expect(changes).toBe(1);
});

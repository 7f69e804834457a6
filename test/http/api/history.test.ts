import { expect, test } from "vitest";
import { aStage } from "../stage.ts";

test("doors, tokens and batteries over time are answered as the document describes them", async () => {
  const { ask } = await aStage();
  expect((await ask("/api/history/doors?days=7&device_id=door")).json).toMatchObject({
    down: [{}],
    doors: [{ device_id: "door", spans: [{ state: "locked" }, { state: "unlocked", by: { name: "Anna" } }] }],
  });
  expect((await ask("/api/history/tokens")).json).toMatchObject({
    accounts: [{ account_id: "home", marks: [{ count: 3 }] }],
  });
  expect((await ask("/api/history/batteries")).json).toMatchObject({ batteries: [{ outlook: "too_few" }] });
});

test("more days than there are is said in one line", async () => {
  const { ask } = await aStage();
  expect(await ask("/api/history/doors?days=31")).toMatchObject({ status: 400, json: { field: "days" } });
});

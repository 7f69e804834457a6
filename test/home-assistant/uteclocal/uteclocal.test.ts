import { afterAll, beforeAll, describe } from "vitest";
import { promiseGenerationA } from "./generation-a.ts";
import { promiseBehaviour, promiseSetUp, promiseUpgrade } from "./generations-b-and-c.ts";
import { OldHouse } from "./old-house.ts";

const house = new OldHouse();

beforeAll(() => house.start("a"));
afterAll(() => house.stop());

describe("generation A", () => promiseGenerationA(house));
describe("generation B", () => {
  promiseSetUp(house);
  promiseBehaviour(house, "b");
});
describe("generation C", () => {
  promiseUpgrade(house);
  promiseBehaviour(house, "c");
});

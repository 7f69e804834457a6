import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { promiseGenerationA } from "./generation-a.ts";
import {
  promiseBehaviour,
  promiseHonesty,
  promiseOneCommand,
  promiseSetUp,
  promiseUpgrade,
} from "./generations-b-and-c.ts";
import { promiseHistory } from "./history.ts";
import { OldHouse } from "./old-house.ts";

const house = new OldHouse();

beforeAll(() => house.start("a"));
beforeEach(() => house.calm());
afterAll(() => house.stop());

describe("generation A", () => promiseGenerationA(house));
describe("generation B", () => {
  promiseSetUp(house);
  promiseBehaviour(house);
  promiseOneCommand(house);
});
describe("generation C", () => {
  promiseUpgrade(house);
  promiseBehaviour(house);
  promiseHonesty(house);
});
describe("our own integration in its place", () => promiseHistory(house));

import { afterAll, beforeAll, describe } from "vitest";
import { promiseGenerationA } from "./generation-a.ts";
import { OldHouse } from "./old-house.ts";

const house = new OldHouse();

beforeAll(() => house.start("a"));
afterAll(() => house.stop());

describe("generation A", () => promiseGenerationA(house));

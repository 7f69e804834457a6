import { afterAll, beforeAll, describe } from "vitest";
import { promiseTheAutomation } from "./automation.ts";
import { promiseOneAction } from "./commands.ts";
import { promiseNoComplaint } from "./complaints.ts";
import { promiseTheDashboard } from "./dashboard.ts";
import { promiseLights } from "./lights.ts";
import { promiseRecovery } from "./outages.ts";
import { promiseRestarts } from "./restarts.ts";
import { Road } from "../../scripts/processes/road.ts";
import { promiseSecrecy } from "./secrets.ts";
import { promiseHonestStates } from "./states.ts";

const road = new Road();

beforeAll(() => road.start());
afterAll(() => road.stop());

describe("the dashboard", () => promiseTheDashboard(road));
describe("one command, one action", () => promiseOneAction(road));
describe("states that never lie", () => promiseHonestStates(road));
// Before a lamp is taken from the account again: three lists later it would rightly go.
describe("restarts", () => promiseRestarts(road));
describe("lights", () => promiseLights(road));
describe("outages", () => promiseRecovery(road));
describe("the automation", () => promiseTheAutomation(road));
// Last, for they look at everything that the others have left behind.
describe("secrets", () => promiseSecrecy(road));
describe("complaints", () => promiseNoComplaint(road));

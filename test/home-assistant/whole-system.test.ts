import { afterAll, beforeAll, describe } from "vitest";
import { promiseActions } from "./automations/actions.ts";
import { promiseTheAutomation } from "./automation.ts";
import { promiseOneAction } from "./commands.ts";
import { promiseNoComplaint } from "./complaints.ts";
import { promiseTheDashboard } from "./dashboard.ts";
import { promiseLights } from "./lights.ts";
import { promiseRecovery } from "./outages.ts";
import { promiseRestarts } from "./restarts.ts";
import { WholeSystem } from "../../scripts/processes/whole-system.ts";
import { promiseReloads } from "./life/reloads.ts";
import { promiseSecrecy } from "./secrets.ts";
import { promiseTakeOver } from "./take-over.ts";
import { promiseHonestStates } from "./states.ts";

const system = new WholeSystem();

beforeAll(() => system.start());
afterAll(() => system.stop());

describe("the dashboard", () => promiseTheDashboard(system));
describe("one command, one action", () => promiseOneAction(system));
describe("actions", () => promiseActions(system));
describe("states that never lie", () => promiseHonestStates(system));
// The next two come before a lamp is added and taken away: a day later it would rightly go, and until then a gateway
// that was installed again does not have all that Home Assistant has.
describe("a gateway that was installed again", () => promiseTakeOver(system));
describe("restarts", () => promiseRestarts(system));
describe("reloads", () => promiseReloads(system));
describe("lights", () => promiseLights(system));
describe("outages", () => promiseRecovery(system));
describe("the automation", () => promiseTheAutomation(system));
// Last, for they look at everything that the others have left behind.
describe("secrets", () => promiseSecrecy(system));
describe("complaints", () => promiseNoComplaint(system));

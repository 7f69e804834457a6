import { expect, test } from "vitest";
import { Administrators } from "../../src/home-assistant/administrators.ts";
import { ManualClock } from "../clock.ts";

const OWNER = { id: "owner", is_owner: true, is_active: true, group_ids: [] };
const ADA = { id: "ada", is_owner: false, is_active: true, group_ids: ["system-admin"] };
const FORMER = { id: "former", is_owner: false, is_active: false, group_ids: ["system-admin"] };
const GUEST = { id: "guest", is_owner: false, is_active: true, group_ids: ["system-users"] };

test("the owner and active members of the administrators' group are administrators, nobody else", async () => {
  const administrators = new Administrators({ call: async () => [OWNER, ADA, FORMER, GUEST, null] }, new ManualClock());
  const verdicts = ["owner", "ada", "former", "guest", "stranger", ""].map((id) => administrators.isAdministrator(id));
  expect(await Promise.all(verdicts)).toEqual([true, true, false, false, false, false]);
});

test("the answer is good for a minute, and many requests at once are one question", async () => {
  const clock = new ManualClock();
  let users: unknown[] = [ADA];
  let questions = 0;
  const call = async (): Promise<unknown> => {
    questions += 1;
    return users;
  };
  const administrators = new Administrators({ call }, clock);
  await Promise.all(Array.from({ length: 20 }, () => administrators.isAdministrator("ada")));
  users = [];
  clock.advance(59_999);
  expect(await administrators.isAdministrator("ada")).toBe(true);
  expect(questions).toBe(1);
  clock.advance(1);
  expect(await administrators.isAdministrator("ada")).toBe(false);
  expect(questions).toBe(2);
});

test("no connection, or no sensible answer, is null, and is asked again the next time", async () => {
  const answers: (() => Promise<unknown>)[] = [
    () => Promise.reject(new Error("The connection to Home Assistant is lost.")),
    async () => ({ nonsense: true }),
    async () => [ADA],
  ];
  const administrators = new Administrators({ call: () => answers.shift()?.() ?? Promise.reject() }, new ManualClock());
  expect(await administrators.isAdministrator("ada")).toBeNull();
  expect(await administrators.isAdministrator("ada")).toBeNull();
  expect(await administrators.isAdministrator("ada")).toBe(true);
});

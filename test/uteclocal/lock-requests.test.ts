import { expect, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import { aPatientHouse } from "../utec/house.ts";
import { lockStates } from "../utec/tiny-cloud.ts";
import { MemoryDoor } from "../http/api/desk.ts";
import { aCommand } from "../state/models.ts";
import { aPicture, aStage } from "./stage.ts";
import type { Got } from "./stage.ts";

/** The port before a real poller and real commands, at a cloud with two locks that accepts commands and does nothing. */
async function aStreet() {
  const house = await aPatientHouse();
  const { clock, commands, picture, poller } = house;
  const stage = await aStage({ clock, commands, picture, poller });
  const sent = (): number => house.cloud.count("Command");
  /** Until the cloud's answer to the first command has been read: from then on its confirmation takes the time of the test. */
  const accepted = async (): Promise<void> => {
    await expect.poll(() => picture.commands()[0]?.accepted_at ?? null).not.toBeNull();
  };
  /** Lets the answer come that is held now. */
  const after = async (ms: number, held: Promise<Got>): Promise<Got> => {
    const got = held.then((answer) => answer);
    await house.pass(ms);
    return got;
  };
  return { ...stage, house, sent, accepted, after };
}

test.for(["/lock", "/api/lock"])("%s answers once the cloud has confirmed, with the new state", async (path) => {
  const { accepted, after, house, post } = await aStreet();
  house.states.set("garden", lockStates("Unlocked"));
  const held = post(path, { id: "garden" });
  await accepted();
  house.states.set("garden", lockStates("Locked"));
  const { status, json } = await after(2000, held);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    header: { namespace: "Uhome.Device", name: "Command" },
    payload: { devices: [{ id: "garden" }] },
  });
  expect(JSON.stringify(json)).toContain('"lockState","value":"Locked"');
});

test.for(["/unlock", "/api/unlock"])("%s that is not confirmed within 8 s answers as the cloud did", async (path) => {
  const { accepted, after, house, picture, post } = await aStreet();
  const held = post(path, { id: "front" });
  await accepted();
  let isAnswered = false;
  void held.then(() => (isAnswered = true));
  await house.pass(7900);
  await house.quiet();
  expect(isAnswered).toBe(false);
  expect(await after(100, held)).toMatchObject({
    status: 200,
    json: {
      payload: {
        devices: [{ id: "front", states: [{ capability: "st.deferredResponse", name: "seconds", value: 20 }] }],
      },
    },
  });
  expect(picture.commands()).toMatchObject([{ ended_at: null }]);
  expect(picture.device("front")).toMatchObject({ lock_state: "locked", transition: "unlocking" });
});

test("a second request of the same kind joins the first, and the cloud gets one command", async () => {
  const { accepted, house, post, sent } = await aStreet();
  const held = [post("/api/unlock", { id: "front" }), post("/unlock", { id: "front" })];
  await accepted();
  house.states.set("front", lockStates("Unlocked"));
  await house.pass(2000);
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
  expect(sent()).toBe(1);
});

test("who asked is the program's address", async () => {
  const { post, picture, sent } = await aStreet();
  void post("/api/unlock", { id: "front" }).catch(() => undefined);
  await expect.poll(sent).toBe(1);
  expect(picture.commands()).toMatchObject([{ origin: { kind: "uteclocal", name: "127.0.0.1", automation: false } }]);
});

test("a device that is offline is told as an error with a sentence, and nothing is sent twice", async () => {
  const { house, post, sent } = await aStreet();
  house.cloud.on("Command", ({ deviceIds }) => ({
    payload: { devices: deviceIds.map((id) => ({ id, error: { code: "DEVICE_OFFLINE", message: "Offline" } })) },
  }));
  const { status, json } = await post("/api/unlock", { id: "front" });
  expect([status, json]).toEqual([409, { detail: expect.stringMatching(/"Front door" is offline/) as string }]);
  expect(sent()).toBe(1);
});

test.for([
  ["offline", "device_offline", 409],
  ["superseded", "command_superseded", 409],
  ["unconfirmed", "command_unconfirmed", 504],
] as const)(
  "a command that was accepted and ends %s meanwhile is not told as done",
  async ([outcome, code, status]) => {
    const picture = aPicture();
    const commands = new MemoryDoor(picture);
    const error = { code, message: "It did not move." };
    commands.ended = async (id) => ({ ...aCommand({ id }), ended_at: 3, took_ms: 1, outcome, error });
    const { post } = await aStage({ picture, commands });
    const [{ id } = { id: "" }] = picture.devices();
    expect(await post("/lock", { id })).toMatchObject({ status, json: { detail: "It did not move." } });
  },
);

test("a lock in passage mode is told at once, and nothing is sent", async () => {
  const { house, post, sent } = await aStreet();
  house.states.set("front", [
    ...(lockStates("Unlocked") as object[]),
    { capability: "st.lock", name: "lockMode", value: 1 },
  ]);
  await house.pass(31_000);
  const { status, json } = await post("/lock", { id: "front" });
  expect([status, json]).toEqual([409, { detail: expect.stringMatching(/passage mode/) as string }]);
  expect(sent()).toBe(0);
});

test("a command that the cloud has not even accepted by then is an error, and goes on", async () => {
  const { after, house, picture, post, sent } = await aStreet();
  house.cloud.on("Command", "never");
  const held = post("/api/unlock", { id: "front" });
  await expect.poll(sent).toBe(1);
  const { status, json } = await after(8000, held);
  expect([status, json]).toEqual([504, { detail: expect.stringMatching(/look at the door/) as string }]);
  expect(picture.commands()).toMatchObject([{ ended_at: null }]);
});

test("a stop ends what is held: accepted, it is said so; else that it is not known", async () => {
  const { accepted, house, post, sent, server } = await aStreet();
  const first = post("/api/unlock", { id: "front" });
  await accepted();
  house.cloud.on("Command", "never");
  const open = post("/api/lock", { id: "garden" });
  await expect.poll(sent).toBe(2);
  await server.stop();
  expect(await first).toMatchObject({ status: 200 });
  expect((await first).text).toContain("st.deferredResponse");
  expect(await open).toMatchObject({ status: 504, json: { detail: expect.any(String) as string } });
});

test.for([
  [{}, 400, "Missing 'id'"],
  [{ id: null }, 400, "Missing 'id'"],
  [{ id: "  " }, 400, "Missing 'id'"],
  [{ id: { id: "front" } }, 400, "Missing 'id'"],
  [{ id: 404 }, 404, "There is no device 404; look for devices again."],
  [{ id: "attic" }, 404, "There is no device attic; look for devices again."],
] as const)("a lock request of %j is refused with %i", async ([body, status, detail]) => {
  const { post, sent } = await aStreet();
  for (const path of ["/lock", "/unlock", "/api/lock", "/api/unlock"]) {
    expect(await post(path, body)).toMatchObject({ status, json: { detail } });
  }
  expect(sent()).toBe(0);
});

test.for([
  ["sign_in_needed", 401],
  ["misconfigured", 401],
  ["command_refused", 409],
  ["command_superseded", 409],
  ["command_unsupported", 400],
  ["rate_limited", 429],
  ["internal", 500],
  ["cloud_unreachable", 502],
  ["cloud_error", 502],
  ["store_failed", 503],
  ["command_unconfirmed", 504],
] as const)("%s is answered with %i and its sentence", async ([code, status]) => {
  const picture = aPicture();
  const door = new MemoryDoor(picture);
  door.fault = new Problem(code, "What it is, and what to do.", { retry_after_s: 1.2 });
  const { post } = await aStage({ picture, commands: door });
  const got = await post("/api/lock", { id: "door" });
  expect(got).toMatchObject({ status, json: { detail: "What it is, and what to do." } });
  expect(got.headers).toMatchObject({ "content-type": "application/json", "retry-after": "2" });
});

import { expect, test } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { aStage } from "../stage.ts";
import { BEGUN, MemorySetUp } from "./memory-set-up.ts";

const PATH = "/api/home-assistant/connect";
test("tells what the button would do, and does what was agreed to", async () => {
  const setUp = new MemorySetUp();
  const { ask, post } = await aStage({ setUp });
  expect((await ask(PATH)).json).toEqual({ steps: ["add", "link"], refusal: null });
  const { status, json } = await post(PATH, { steps: ["add", "link"] });
  expect([status, json]).toEqual([202, { ...BEGUN, said: { key: "set_up_adding", params: {} } }]);
  expect(setUp.asked).toEqual([[["add", "link"], expect.objectContaining({ by: "loopback" })]]);
});

test("a refusal says what to do", async () => {
  const setUp = new MemorySetUp();
  setUp.fault = new Problem("home_assistant_unreachable", "Home Assistant is starting.", { retryable: true });
  const { post } = await aStage({ setUp });
  expect(await post(PATH, { steps: ["add"] })).toMatchObject({
    status: 503,
    json: { code: "home_assistant_unreachable", detail: "Home Assistant is starting.", retryable: true },
  });
});

test.each([{}, { steps: "add" }, { steps: ["add", "format"] }, { steps: [1] }, { steps: ["add"], force: true }])(
  "what is no list of steps is refused: %j",
  async (body) => {
    const setUp = new MemorySetUp();
    const { post } = await aStage({ setUp });
    expect(await post(PATH, body)).toMatchObject({ status: 400, json: { code: "bad_request" } });
    expect(setUp.asked).toEqual([]);
  },
);

test("where no Home Assistant is named, the link's sentence says what to set", async () => {
  const { ask, post, picture } = await aStage({ setUp: null });
  const { link } = picture.gateway;
  picture.update({ gateway: { link: { ...link, message: "Set HOME_ASSISTANT_URL." } } });
  const refusal = { code: "home_assistant_unreachable", message: "Set HOME_ASSISTANT_URL." };
  expect((await ask(PATH)).json).toEqual({ steps: [], refusal });
  expect(await post(PATH, { steps: [] })).toMatchObject({ status: 503, json: { detail: refusal.message } });
});

test("who is no administrator may look and not press", async () => {
  const setUp = new MemorySetUp();
  const { ask } = await aStage({ setUp, ingressPeer: "127.0.0.2", admins: () => Promise.resolve(false) });
  const headers = { "x-remote-user-id": "berta", host: "home", origin: "http://home" };
  const answer = await ask(PATH, { method: "POST", body: { steps: ["add"] }, headers, from: "127.0.0.2" });
  expect(answer.status).toBe(403);
  expect((await ask(PATH, { headers, from: "127.0.0.2" })).status).toBe(200);
  expect(setUp.asked).toEqual([]);
});

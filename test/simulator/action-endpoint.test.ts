import { expect, test } from "vitest";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { ManualClock } from "../clock.ts";
import { answerOf, startCloud, Visitor } from "./visitor.ts";

const HEADER = { namespace: "Uhome.User", name: "Get", messageId: "3f0c", payloadVersion: "1" };
const INVALID_TOKEN = { error: { code: "INVALID_TOKEN" } };

test("the header comes back with the answer", async () => {
  const visitor = await Visitor.signedIn(await startCloud());
  const { id, first_name, last_name } = DEMO.user;
  expect(await answerOf(await visitor.post({ header: HEADER, payload: {} }))).toEqual({
    status: 200,
    body: { header: HEADER, payload: { user: { id, first_name, last_name } } },
  });
});

test("the token may come in the body; the header wins over it", async () => {
  const visitor = await Visitor.signedIn(await startCloud());
  const authentication = { type: "Bearer", token: visitor.accessToken };
  const inBody = { header: HEADER, payload: {}, authentication };
  expect((await answerOf(await visitor.post(inBody, {}))).body).toMatchObject({ payload: { user: {} } });
  const wrong = { authorization: "Bearer wrong" };
  expect((await answerOf(await visitor.post(inBody, wrong))).body).toMatchObject({ payload: INVALID_TOKEN });
});

test.for([{}, { authorization: "Bearer unknown" }, { authorization: "Basic eA==" }])(
  "with %o the answer is INVALID_TOKEN at HTTP 200, with the header",
  async (headers) => {
    const visitor = new Visitor(await startCloud());
    const answer = await answerOf(await visitor.post({ header: HEADER, payload: {} }, headers));
    expect(answer).toMatchObject({ status: 200, body: { header: HEADER, payload: INVALID_TOKEN } });
  },
);

test("a dead token may come as another code at HTTP 401", async () => {
  const visitor = new Visitor(
    await startCloud({ settings: { invalid_token_status: 401, invalid_token_code: "TOKEN_EXPIRED" } }),
  );
  const answer = await answerOf(await visitor.post({ header: HEADER, payload: {} }));
  expect(answer).toMatchObject({ status: 401, body: { payload: { error: { code: "TOKEN_EXPIRED" } } } });
});

test("an access token dies at its time", async () => {
  const clock = new ManualClock();
  const visitor = await Visitor.signedIn(await startCloud({ clock, settings: { access_token_life_s: 5 } }));
  clock.advance(4999);
  expect(await visitor.action("Uhome.User/Get")).toHaveProperty("user");
  clock.advance(1);
  expect(await visitor.action("Uhome.User/Get")).toMatchObject(INVALID_TOKEN);
});

test("Logout ends the grant, or does nothing where the cloud is set so", async () => {
  const cloud = await startCloud({ settings: { logout_revokes: false } });
  const visitor = await Visitor.signedIn(cloud);
  await visitor.action("Uhome.User/Logout");
  expect(await visitor.action("Uhome.User/Get")).toHaveProperty("user");
  cloud.control.set({ logout_revokes: true });
  expect((await answerOf(await visitor.post({ header: { ...HEADER, name: "Logout" } }))).body["payload"]).toEqual([]);
  expect(await visitor.action("Uhome.User/Get")).toMatchObject(INVALID_TOKEN);
});

test("Configure Set remembers where to push, one target for a client and user: the last", async () => {
  const visitor = await Visitor.signedIn(await startCloud());
  for (const url of ["http://127.0.0.1:1/a", "http://127.0.0.1:1/b"]) {
    await visitor.action("Uhome.Configure/Set", { configure: { notification: { access_token: "word", url } } });
  }
  expect(visitor.cloud.control.notifications()).toEqual([
    { client_id: "demo-client", user_id: DEMO.user.id, url: "http://127.0.0.1:1/b", access_token: "word" },
  ]);
});

test.for([{}, { configure: { notification: { access_token: "word", url: "nowhere" } } }, { configure: [] }])(
  "Configure Set with %o is a bad request",
  async (payload) => {
    const visitor = await Visitor.signedIn(await startCloud());
    const answer = await visitor.action("Uhome.Configure/Set", payload);
    expect(answer).toMatchObject({ error: { code: "BAD-REQUEST" } });
    expect(visitor.cloud.control.notifications()).toEqual([]);
  },
);

test("Configure Query breaks the cloud, as in the field", async () => {
  const visitor = await Visitor.signedIn(await startCloud());
  const response = await visitor.post({ header: { ...HEADER, namespace: "Uhome.Configure", name: "Query" } });
  expect(await answerOf(response)).toEqual({ status: 500, body: { message: "Internal server error" } });
});

test.for(["Uhome.Device/Control", "Uhome.Nothing/Get", "constructor/x"])("%s is a bad request", async (action) => {
  const visitor = await Visitor.signedIn(await startCloud());
  expect(await visitor.action(action)).toMatchObject({ error: { code: "BAD-REQUEST" } });
});

test.for([[], { payload: {} }, "text", null])("a body of %j is answered with 400 and nothing", async (body) => {
  const visitor = await Visitor.signedIn(await startCloud());
  const response = await visitor.post(body);
  expect(response.status).toBe(400);
  expect(await response.text()).toBe("");
});

test("GET is what the gateway before the cloud refuses", async () => {
  const visitor = new Visitor(await startCloud());
  expect(await answerOf(await fetch(`${visitor.cloud.apiUrl}/action`))).toMatchObject({ status: 403 });
});

test("addresses that do not exist are not found", async () => {
  const { url } = await startCloud();
  expect((await fetch(`${url}/constructor`)).status).toBe(404);
});

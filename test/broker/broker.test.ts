import { expect, test } from "vitest";
import { connect } from "node:net";
import { answer } from "./cloud.ts";
import { aStage } from "./stage.ts";

test("a client's request reaches the account's API with a valid token, and its answer comes back", async () => {
  const { cloud, ask, token } = await aStage();
  const got = await ask("/proxy/Grid/v3/signal-index?region=CAISO_NORTH&x=a%20b");
  expect(got.status).toBe(200);
  expect(got.json).toEqual({ path: "/api/v3/signal-index?region=CAISO_NORTH&x=a%20b", served: 1 });
  expect(cloud.asked[0]?.headers.authorization).toBe(`Bearer ${cloud.token}`);
  expect(JSON.stringify(cloud.asked)).not.toContain(token);
});

test("method, body and type go on as they were sent", async () => {
  const { cloud, ask } = await aStage();
  await ask("/proxy/grid/things", {
    method: "PATCH",
    body: '{"a":1}',
    headers: { "content-type": "application/merge-patch+json", "x-api-version": "7" },
  });
  expect(cloud.asked).toMatchObject([
    {
      method: "PATCH",
      body: '{"a":1}',
      headers: { "content-type": "application/merge-patch+json", "content-length": "7", "x-api-version": "7" },
    },
  ]);
});

test.for(["GET", "POST"])("a %s whose token the cloud refuses is sent once more, with a new token", async (method) => {
  const { cloud, ask } = await aStage();
  await ask("/proxy/Grid/a");
  cloud.expire();
  const got = await ask("/proxy/Grid/a", { method, ...(method === "POST" ? { body: "once" } : {}) });
  expect(got.status).toBe(200);
  expect(cloud.logins).toBe(2);
  expect(cloud.asked.map(({ headers }) => headers.authorization)).toEqual(
    [cloud.tokens[0], cloud.tokens[0], cloud.tokens[1]].map((token) => `Bearer ${token}`),
  );
});

test("a 401 that stays is passed on, and is no reason for a refresh with each request", async () => {
  const { cloud, ask } = await aStage();
  cloud.serve = (_request, response) => answer(response, 401, { message: "not for this user" });
  for (let times = 0; times < 5; times += 1) {
    expect(await ask("/proxy/Grid/a")).toMatchObject({ status: 401, json: { message: "not for this user" } });
  }
  expect(cloud.logins).toBe(2);
});

test("another host is asked for nothing", async () => {
  const { cloud, ask } = await aStage();
  for (const path of ["/proxy/Grid//evil.test/a", "/proxy/Grid/http://evil.test/", "/proxy/Grid/@evil.test/"]) {
    expect(await ask(path)).toMatchObject({ status: 400, json: { code: "path_refused" } });
  }
  cloud.serve = (_request, response) => void response.writeHead(302, { location: "http://127.0.0.2:1/" }).end();
  expect(await ask("/proxy/Grid/a")).toMatchObject({ status: 502, json: { code: "redirect_refused" } });
});

test("without a client there is no port, and the last revocation closes it", async () => {
  const { broker, client_id, ask } = await aStage();
  expect(broker.state().listening).toBe(true);
  await broker.revokeClient(client_id);
  expect(broker.state()).toMatchObject({ listening: false, clients: [] });
  await expect(ask("/proxy/Grid/a")).rejects.toThrow("ECONNREFUSED");
});

test("what clients ask for is counted", async () => {
  const { cloud, broker, house, ask } = await aStage();
  await ask("/proxy/Grid/a");
  cloud.serve = (_request, response) => answer(response, 500, {});
  await ask("/proxy/Grid/b");
  expect(broker.fetches()).toMatchObject({ total: 2, failed: 1 });
  expect(house.clock.now() - (broker.fetches().last_success_at ?? 0)).toBeLessThan(10_000);
});

test("a name that two accounts have names neither; their ids do", async () => {
  const { cloud, house, account_id, ask } = await aStage();
  house.keeper.addAccount({
    provider: "login",
    name: "grid",
    url: `${cloud.url}/login`,
    username: "b",
    password: "pass-word",
  });
  expect(await ask("/proxy/Grid/a")).toMatchObject({ status: 404, json: { code: "account_not_found" } });
  expect((await ask(`/proxy/${account_id}/a`)).status).toBe(200);
});

test("a login that hangs holds up a request no longer than its time", async () => {
  const { cloud, ask } = await aStage({ limits: { requestMs: 300 } });
  cloud.loginFault = () => {};
  expect(await ask("/proxy/Grid/a")).toMatchObject({ status: 504, json: { code: "cloud_timeout" } });
});

test("a stop ends what is under way, at both sides, within a second", async () => {
  const { cloud, broker, ask } = await aStage();
  const closed = Promise.withResolvers<void>();
  cloud.serve = (_request, response) => void response.on("close", () => closed.resolve());
  const got = ask("/proxy/Grid/a").catch((error: unknown) => error);
  await expect.poll(() => cloud.asked.length).toBe(1);
  const begun = performance.now();
  await broker.stop();
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(await got).toBeInstanceOf(Error);
  await closed.promise;
});

test("a request that is refused before its body has come ends its connection", async () => {
  const { port } = await aStage();
  const socket = connect(port(), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write("POST /proxy/Grid/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  await new Promise((resolve) => socket.once("end", resolve));
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1.1 401 .*Connection: close/s);
});

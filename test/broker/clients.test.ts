import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Clients } from "../../src/broker/admission/clients.ts";
import { systemRandom } from "../../src/random.ts";
import { House } from "../keeper/house.ts";
import { answer } from "./cloud.ts";
import { aBroker, aStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

test("a revoked client is told so, while others go on", async () => {
  const { broker, account_id, client_id, ask } = await aStage();
  const { token } = await broker.addClient({ name: "Second", accounts: [account_id] });
  await broker.revokeClient(client_id);
  expect(await ask("/proxy/Grid/a")).toMatchObject({ status: 401, json: { code: "client_revoked" } });
  expect((await ask("/proxy/Grid/a", { token })).status).toBe(200);
  await expect(broker.revokeClient(client_id)).rejects.toMatchObject({ code: "not_found" });
});

test.for(["/proxy/Grid/a", "/token/Grid"])(
  "a client that is revoked while %s waits for a token gets nothing, and nothing is asked for it",
  async (path) => {
    const { cloud, broker, account_id, ask } = await aStage();
    const second = await broker.addClient({ name: "Second", accounts: [account_id], may_read_token: true });
    const login = Promise.withResolvers<ServerResponse>();
    cloud.loginFault = login.resolve;
    const got = ask(path, { token: second.token });
    const response = await login.promise;
    await broker.revokeClient(second.client.id);
    answer(response, 200, { access_token: "granted-too-late", token_type: "Bearer", expires_in: 3600 });
    expect(await got).toMatchObject({ status: 401, json: { code: "client_revoked" } });
    expect(cloud.asked).toEqual([]);
  },
);

test("clients outlive a restart; of their tokens only hashes are stored", async () => {
  const { house, broker, token, ask } = await aStage();
  expect((await ask("/proxy/Grid/a")).status).toBe(200);
  expect(JSON.stringify(house.vault.clients.all())).not.toContain(token.slice(5));
  await broker.stop();
  const { broker: next } = aBroker(house);
  onTestFinished(() => next.stop());
  await next.start();
  expect(next.state()).toMatchObject({ listening: true, clients: [{ name: "Dashboard" }] });
});

test("a client that was revoked stays so when an older copy of the database is put back", async () => {
  const { house, broker, client_id, token } = await aStage();
  const copy = join(house.folder, "older.db");
  house.vault.copyTo(copy);
  await broker.revokeClient(client_id);
  house.close();
  copyFileSync(copy, join(house.folder, "gateway.db"));
  const later = new House({ folder: house.folder, url: "http://127.0.0.1:1", providers: house.providers });
  const clients = new Clients(later.vault, later.clock, systemRandom);
  expect(clients.all()).toEqual([]);
  expect(() => clients.admit(`Bearer ${token}`)).toThrow(/was revoked/);
  expect(later.vault.clients.all()[0]?.client.revoked_at).toEqual(expect.any(Number));
  later.close();
});

test("a rate is kept to, and comes back with time", async () => {
  const { house, ask } = await aStage({ client: { requests_per_minute: 3 } });
  for (let times = 0; times < 3; times += 1) expect((await ask("/proxy/Grid/a")).status).toBe(200);
  expect(await ask("/proxy/Grid/a")).toMatchObject({
    status: 429,
    json: { code: "rate_limited" },
    headers: { "retry-after": "20" },
  });
  house.clock.offsetMs += 20_000;
  expect((await ask("/proxy/Grid/a")).status).toBe(200);
});

test("more requests under way than a client may have are refused at once, and hold up nobody", async () => {
  const { cloud, broker, account_id, ask } = await aStage();
  const { token } = await broker.addClient({ name: "Second", accounts: [account_id] });
  const gate = Promise.withResolvers<void>();
  cloud.serve = async (_request, response) => {
    await gate.promise;
    answer(response, 200, {});
  };
  const all = Array.from({ length: 70 }, (_, at) => ask(`/proxy/Grid/${at}`));
  await expect.poll(() => cloud.asked.length).toBe(64);
  cloud.faults.push((_request, response) => answer(response, 200, {}));
  const statuses = all.map((each) => each.then(({ status }) => status));
  setTimeout(() => gate.resolve(), 50);
  expect((await Promise.all(statuses)).filter((status) => status === 503)).toHaveLength(6);
  expect((await ask("/proxy/Grid/b", { token })).status).toBe(200);
});

test("a token is handed to a client that may have it, for the accounts that it may use", async () => {
  const { cloud, ask } = await aStage({ client: { may_read_token: true } });
  const got = await ask("/token/grid");
  expect(got).toMatchObject({
    status: 200,
    json: { access_token: cloud.token, token_type: "Bearer", expires_at: expect.any(Number) as number },
    headers: { "cache-control": "no-store" },
  });
  expect(await ask("/token/grid", { method: "POST" })).toMatchObject({ status: 405, headers: { allow: "GET" } });
  expect(await ask("/token/nobody")).toMatchObject({ status: 404, json: { code: "account_not_found" } });
});

test.for([
  [{ name: " " }, "name"],
  [{ name: "dashboard" }, "name"],
  [{ name: "x".repeat(65) }, "name"],
  [{ accounts: [] }, "accounts"],
  [{ accounts: ["nobody"] }, "accounts"],
  [{ methods: [] }, "methods"],
  [{ path_prefixes: [] }, "path_prefixes"],
  [{ path_prefixes: ["v3"] }, "path_prefixes"],
  [{ path_prefixes: ["/v3/../v4"] }, "path_prefixes"],
  [{ requests_per_minute: 0 }, "requests_per_minute"],
] as const)("a client like %j is refused by its field", async ([wish, field]) => {
  const { broker, account_id } = await aStage();
  await expect(broker.addClient({ name: "New", accounts: [account_id], ...wish })).rejects.toMatchObject({ field });
  expect(broker.state().clients).toHaveLength(1);
});

test("large answers under way are limited together, and give their room back", async () => {
  const { cloud, ask } = await aStage();
  const gate = Promise.withResolvers<void>();
  cloud.serve = async (_request, response) => {
    response.write(Buffer.alloc(9 * 1024 * 1024));
    await gate.promise;
    response.end();
  };
  const all = Array.from({ length: 8 }, (_, at) => ask(`/proxy/Grid/${at}`));
  const statuses = all.map((each) => each.then(({ status }) => status));
  const first = await Promise.race(statuses);
  gate.resolve();
  expect(first).toBe(503);
  expect(await Promise.all(statuses)).toContain(200);
  for (let times = 0; times < 8; times += 1) expect((await ask("/proxy/Grid/again")).status).toBe(200);
});

/** Sends so many requests, and is gone before the cloud has answered. */
async function abandon({ cloud, port, token }: Stage, requests: number): Promise<void> {
  const sockets = Array.from({ length: requests }, (_, at) => {
    const socket = connect(port(), "127.0.0.1");
    socket.write(`GET /proxy/Grid/${at} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    return socket;
  });
  await expect.poll(() => cloud.asked.length).toBe(requests);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
}

test("answers that nobody waits for any more hold no room", async () => {
  const stage = await aStage();
  const { cloud, ask } = stage;
  const gate = Promise.withResolvers<void>();
  cloud.serve = async (_request, response) => {
    await gate.promise;
    response.end(Buffer.alloc(9 * 1024 * 1024));
  };
  await abandon(stage, 6);
  gate.resolve();
  await expect.poll(async () => (await ask("/proxy/Grid/next")).status, { timeout: 10_000 }).toBe(200);
});

test("a request holds its place until the cloud has answered, though its sender is gone", async () => {
  const stage = await aStage();
  const { cloud, ask } = stage;
  const gate = Promise.withResolvers<void>();
  cloud.serve = async (_request, response) => {
    await gate.promise;
    answer(response, 200, {});
  };
  await abandon(stage, 64);
  const next = ask("/proxy/Grid/next");
  setTimeout(() => gate.resolve(), 200);
  expect(await next).toMatchObject({ status: 503, json: { code: "broker_busy" } });
  await expect.poll(async () => (await ask("/proxy/Grid/next")).status, { timeout: 10_000 }).toBe(200);
});

import type { ServerResponse } from "node:http";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Clients } from "../../src/broker/admission/clients.ts";
import { systemRandom } from "../../src/random.ts";
import { House } from "../keeper/house.ts";
import { answer } from "./cloud.ts";
import { aBroker, aStage } from "./stage.ts";

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

test("there are 100 clients at most", async () => {
  const { house, account_id } = await aStage();
  const [stored] = house.vault.clients.all();
  if (stored === undefined) throw new Error("There is a client.");
  const draft = (): string =>
    new Clients(house.vault, house.clock, systemRandom).draft({ name: "New", accounts: [account_id] }, () => true)
      .token;
  const add = (at: number): void =>
    house.vault.clients.add({
      token_hash: `hash ${at}`,
      client: { ...stored.client, id: `${at}`, name: `Client ${at}` },
    });
  for (let at = 1; at < 99; at += 1) add(at);
  expect(draft()).toMatch(/^utgc_/);
  add(99);
  expect(draft).toThrow(/100 clients/);
});

test("a client that can't be stored is none, and the port that was opened for it is closed", async () => {
  const { house, broker, account_id, client_id } = await aStage();
  await broker.revokeClient(client_id);
  house.vault.clients.add = () => {
    throw new Error("The disk is full.");
  };
  await expect(broker.addClient({ name: "New", accounts: [account_id] })).rejects.toThrow("The disk is full.");
  expect(broker.state()).toMatchObject({ clients: [], listening: false });
});

test("a revocation that only one of its two places can store holds after a restart", async () => {
  const { house, broker, client_id } = await aStage();
  house.vault.revocations.add = () => {
    throw new Error("The disk is full.");
  };
  await expect(broker.revokeClient(client_id)).rejects.toThrow("The disk is full.");
  expect(new Clients(house.vault, house.clock, systemRandom).all()).toEqual([]);
});

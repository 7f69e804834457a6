import { connect } from "node:net";
import { expect, test } from "vitest";
import { Traffic } from "../../src/broker/admission/traffic.ts";
import { answer } from "./cloud.ts";
import { aStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

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
  const refused: number[] = [];
  for (const status of statuses) void status.then((status) => status === 503 && refused.push(status));
  await expect.poll(() => refused.length).toBe(6);
  gate.resolve();
  expect((await Promise.all(statuses)).filter((status) => status === 503)).toHaveLength(6);
  expect((await ask("/proxy/Grid/b", { token })).status).toBe(200);
});

test("all clients together have 128 requests under way at most", async () => {
  const { broker } = await aStage();
  const [client] = broker.state().clients;
  if (client === undefined) throw new Error("There is a client.");
  const traffic = new Traffic({ monotonic: () => 0 });
  const left = Array.from({ length: 128 }, (_, at) => traffic.enter({ ...client, id: `${at % 3}` }));
  expect(() => traffic.enter({ ...client, id: "3" })).toThrow("Too many requests are under way");
  left[0]?.();
  traffic.enter({ ...client, id: "3" });
});

test("bodies give their room back: those that were sent on, and those that broke off", async () => {
  const { port, token, ask } = await aStage();
  const body = Buffer.alloc(9 * 1024 * 1024);
  for (let times = 0; times < 6; times += 1) {
    const socket = connect(port(), "127.0.0.1");
    socket.write(
      `POST /proxy/Grid/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length + 1}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.write(body, resolve));
    socket.destroy();
  }
  for (let times = 0; times < 6; times += 1) {
    await expect
      .poll(async () => (await ask("/proxy/Grid/a", { method: "POST", body })).status, { timeout: 10_000 })
      .toBe(200);
  }
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
  expect(await ask("/proxy/Grid/next")).toMatchObject({ status: 503, json: { code: "broker_busy" } });
  gate.resolve();
  await expect.poll(async () => (await ask("/proxy/Grid/next")).status, { timeout: 10_000 }).toBe(200);
});

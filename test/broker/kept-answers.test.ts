import { describe, expect, test } from "vitest";
import { KeptAnswers } from "../../src/broker/kept-answers.ts";
import { answer } from "./cloud.ts";
import { aStage } from "./stage.ts";

const fails = { status: 503, limit: 429, refused: "no connection" } as const;

test.for(Object.keys(fails) as (keyof typeof fails)[])(
  "while the cloud fails (%s), the latest good answer stands in, with its age",
  async (kind) => {
    const { cloud, house, ask } = await aStage();
    cloud.serve = (_request, response) => answer(response, 200, { value: 42 }, { "x-unit": "g/kWh" });
    expect((await ask("/proxy/Grid/index")).headers["cache-status"]).toBe("utec-gateway; fwd=uri-miss");
    house.clock.offsetMs += 90_000;
    if (kind === "refused") await cloud.stop();
    else cloud.serve = (_request, response) => answer(response, fails[kind], { error: "down" });
    const got = await ask("/proxy/Grid/index");
    expect(got).toMatchObject({
      status: 200,
      json: { value: 42 },
      headers: {
        age: "90",
        warning: '110 - "Response is Stale"',
        "x-unit": "g/kWh",
        "content-type": "application/json",
      },
    });
    expect(got.headers["cache-status"]).toBe(
      `utec-gateway; hit; ttl=-90; detail=${kind === "refused" ? "cloud_unreachable" : `status_${fails[kind]}`}`,
    );
  },
);

test("an answer that nobody has asked for before is not made up: the failure is passed on", async () => {
  const { cloud, ask } = await aStage();
  cloud.serve = (_request, response) => answer(response, 503, { error: "down" }, { "retry-after": "7" });
  expect(await ask("/proxy/Grid/index")).toMatchObject({
    status: 503,
    json: { error: "down" },
    headers: { "retry-after": "7" },
  });
});

test("a login that fails is 503 with its code, or the kept answer", async () => {
  const { cloud, house, ask } = await aStage();
  await ask("/proxy/Grid/index");
  cloud.loginFault = (response) => answer(response, 500, {});
  cloud.expire();
  expect(await ask("/proxy/Grid/index")).toMatchObject({ status: 200, json: { served: 1 }, headers: { age: "0" } });
  expect(await ask("/proxy/Grid/other")).toMatchObject({ status: 503, json: { code: "cloud_error" } });
  expect(house.keeper.accounts()[0]?.status).toBe("retrying");
});

test("a kept answer serves as long as the account says, and not at all for one whose owner signed out", async () => {
  const { cloud, house, account_id, ask } = await aStage({ account: { kept_answers_s: "60" } });
  await ask("/proxy/Grid/index");
  cloud.serve = (_request, response) => answer(response, 500, {});
  house.clock.offsetMs += 59_000;
  expect((await ask("/proxy/Grid/index")).status).toBe(200);
  house.clock.offsetMs += 2000;
  expect((await ask("/proxy/Grid/index")).status).toBe(500);
  cloud.serve = (_request, response) => answer(response, 200, {});
  await ask("/proxy/Grid/index");
  await house.keeper.signOut(account_id);
  expect(await ask("/proxy/Grid/index")).toMatchObject({ status: 503, json: { code: "sign_in_needed" } });
});

test("an answer that arrives when its account is signed out is not kept for later", async () => {
  const { cloud, house, account_id, ask } = await aStage();
  const gate = Promise.withResolvers<void>();
  cloud.serve = async (_request, response) => {
    await gate.promise;
    answer(response, 200, {});
  };
  const got = ask("/proxy/Grid/index");
  await expect.poll(() => cloud.asked.length).toBe(1);
  await house.keeper.signOut(account_id);
  gate.resolve();
  expect((await got).status).toBe(200);
  await house.keeper.refreshNow(account_id);
  cloud.serve = (_request, response) => answer(response, 500, {});
  expect((await ask("/proxy/Grid/index")).status).toBe(500);
});

test.for([
  ["an error inside 200", (response) => answer(response, 200, { error: { code: "REGISTRATION" } })],
  [
    "what the cloud wants nobody to store",
    (response) => answer(response, 200, {}, { "cache-control": "private, no-store" }),
  ],
  ["anything but 200", (response) => answer(response, 203, {})],
] satisfies [string, (response: Parameters<typeof answer>[0]) => void][])("%s is not kept", async ([, serve]) => {
  const { cloud, ask } = await aStage();
  cloud.serve = (_request, response) => serve(response);
  await ask("/proxy/Grid/index");
  cloud.serve = (_request, response) => answer(response, 502, {});
  expect((await ask("/proxy/Grid/index")).status).toBe(502);
});

test("an answer is kept for the client that asked, the same address and the same wishes", async () => {
  const { cloud, broker, account_id, ask } = await aStage();
  const { token } = await broker.addClient({ name: "Second", accounts: [account_id] });
  await ask("/proxy/Grid/index?a=1", { headers: { accept: "application/json" } });
  cloud.serve = (_request, response) => answer(response, 500, {});
  const same = { headers: { accept: "application/json" } };
  expect((await ask("/proxy/Grid/index?a=1", same)).status).toBe(200);
  expect((await ask("/proxy/Grid/index?a=2", same)).status).toBe(500);
  expect((await ask("/proxy/Grid/index?a=1", { headers: { accept: "text/csv" } })).status).toBe(500);
  for (const condition of [
    { range: "bytes=0-1" },
    { "if-none-match": '"1"' },
    { "cache-control": "no-cache" },
    { pragma: "no-cache" },
  ]) {
    const got = await ask("/proxy/Grid/index?a=1", { headers: { ...same.headers, ...condition } });
    expect([got.status, got.headers["cache-status"]]).toEqual([500, "utec-gateway; fwd=bypass"]);
  }
  expect((await ask("/proxy/Grid/index?a=1", { ...same, token })).status).toBe(500);
  const withBody = { headers: { ...same.headers, "content-length": "1" }, body: "a" };
  expect((await ask("/proxy/Grid/index?a=1", withBody)).status).toBe(500);
  const posted = await ask("/proxy/Grid/index?a=1", { ...same, method: "POST" });
  expect([posted.status, posted.headers["cache-status"]]).toEqual([500, "utec-gateway; fwd=method"]);
});

test("identical reads under way are one request", async () => {
  const { cloud, ask } = await aStage();
  const gate = Promise.withResolvers<void>();
  cloud.serve = async (_request, response) => {
    await gate.promise;
    answer(response, 200, { served: cloud.asked.length });
  };
  const all = Array.from({ length: 20 }, () => ask("/proxy/Grid/index"));
  const other = ask("/proxy/Grid/other");
  await expect.poll(() => cloud.asked.length).toBe(2);
  gate.resolve();
  const got = await Promise.all(all);
  expect(new Set(got.map(({ text }) => text)).size).toBe(1);
  expect(got.filter(({ headers }) => String(headers["cache-status"]).includes("collapsed"))).toHaveLength(19);
  await other;
  expect(cloud.asked).toHaveLength(2);
});

describe("the memory for kept answers", () => {
  const of = (bytes: number): Parameters<KeptAnswers["keep"]>[2] => ({
    status: 200,
    headers: [],
    body: Buffer.alloc(bytes),
  });
  const clock = { monotonic: () => 0 };

  test("is limited: what was used least recently makes room", () => {
    const kept = new KeptAnswers(clock, 10_000);
    for (const key of ["a", "b", "c"]) expect(kept.keep(key, "client", of(2500))).toBe(true);
    kept.find("a", 1);
    kept.keep("d", "client", of(2500));
    expect(["a", "b", "c", "d"].filter((key) => kept.find(key, 1) !== null)).toEqual(["a", "c", "d"]);
  });

  test("takes no answer that would fill it, and forgets those of a client", () => {
    const kept = new KeptAnswers(clock);
    expect(kept.keep("large", "client", of(1024 * 1024))).toBe(false);
    kept.keep("a", "client", of(1));
    kept.keep("b", "other", of(1));
    kept.forget("client");
    expect([kept.find("a", 1), kept.find("b", 1)]).toEqual([null, expect.anything()]);
  });
});

import { describe, expect, test } from "vitest";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { Crash, crashAt } from "./crash.ts";
import { DETAILS } from "../house.ts";
import type { OAuthServer } from "../token-calls/oauth-server.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

describe("a crash at any step of a refresh", () => {
  const steps = GRANT_STEPS.filter((step) => step !== "identified");

  test.each(steps)("at `%s` leaves a gateway that has the newest token after its restart", async (step) => {
    const { house, id } = await street.signedIn();
    await expect(
      runGrant({ ...house.world, onStep: crashAt(step) }, { kind: "refresh", account_id: id, generation: 1 }),
    ).rejects.toBeInstanceOf(Crash);
    house.close();
    const callsBefore = street.server.calls;

    const again = street.build({ folder: house.folder });
    const journalled = again.vault.journal.open(id)?.answer ?? null;
    again.keeper.start();
    await again.runner.run({ kind: "refresh", account_id: id, generation: null });

    const held = again.vault.tokens.newest(id)?.refresh_token;
    if (step === "answered") {
      // The answer was lost before it was written down: the old token is sent once more, and this server punishes that.
      expect(street.server.calls - callsBefore).toBe(1);
      expect(street.server.reuses).toBe(1);
      expect(again.keeper.accounts()[0]).toMatchObject({ status: "retrying", last_error: { class: "dead_grant" } });
    } else {
      expect(held).toBe(street.server.newestRefreshToken);
      expect(street.server.reuses).toBe(0);
      expect(again.keeper.accounts()[0]?.status).toBe("fresh");
      if (journalled !== null) {
        expect(street.server.calls).toBe(callsBefore);
        expect(again.keeper.events(id).at(-1)).toMatchObject({ kind: "adopted", generation: 2 });
      }
    }
    expect(again.vault.journal.open(id)).toBeNull();
  });
});

describe("a crash at any step of a sign-in", () => {
  test.each(GRANT_STEPS)("at `%s` ends signed in, or asks for a new sign-in", async (step) => {
    const house = street.build({ onStep: crashAt(step) });
    const { id } = house.keeper.addAccount(DETAILS);
    await expect(house.keeper.exchange(street.server.code(), id)).rejects.toMatchObject({ code: "internal" });
    house.close();

    const again = street.build({ folder: house.folder });
    again.keeper.start();
    await again.runner.run({ kind: "refresh", account_id: id, generation: null });
    const written = GRANT_STEPS.indexOf(step) >= GRANT_STEPS.indexOf("answer_journalled");
    expect(again.keeper.accounts()[0]).toMatchObject(
      written
        ? { status: "fresh", generation: 1, cloud_user: "user-1" }
        : { status: "sign_in_needed", reason: "never_signed_in", generation: 0 },
    );
    expect(again.vault.journal.open(id)).toBeNull();
  });
});

test("the steps come in their order, the journal's before the answer is read", async () => {
  const steps: GrantStep[] = [];
  await street.signedIn({ onStep: (step) => void steps.push(step) });
  expect(steps).toEqual([...GRANT_STEPS]);
});

test("the raw answer is in the journal when the procedure first reads it", async () => {
  const seen: unknown[] = [];
  const { house, id } = await street.signedIn();
  const onStep = (step: GrantStep): void => {
    if (step === "answer_journalled") seen.push(house.vault.journal.open(id)?.answer?.status);
  };
  await runGrant({ ...house.world, onStep }, { kind: "refresh", account_id: id, generation: 1 });
  expect(seen).toEqual([200]);
});

describe("20 refreshes in a row", () => {
  test("each use the newest refresh token, and none twice", async () => {
    const { house, id } = await street.signedIn();
    for (let generation = 1; generation <= 20; generation++) {
      const report = await house.runner.run({ kind: "refresh", account_id: id, generation });
      expect(report).toMatchObject({ outcome: "committed", generation: generation + 1 });
      expect(house.vault.tokens.newest(id)?.refresh_token).toBe(street.server.newestRefreshToken);
    }
    expect(new Set(street.server.presented).size).toBe(20);
    expect(street.server.reuses).toBe(0);
  });

  test("keep the old refresh token while the answers bring no new one", async () => {
    const { house, id } = await street.signedIn();
    const kept = street.server.newestRefreshToken;
    for (let generation = 1; generation <= 3; generation++) {
      street.server.queueFault((response) =>
        response.end(JSON.stringify({ access_token: `a-${generation}`, expires_in: 60 })),
      );
      await house.runner.run({ kind: "refresh", account_id: id, generation });
      expect(house.vault.tokens.newest(id)).toMatchObject({ access_token: `a-${generation}`, refresh_token: kept });
    }
  });
});

describe("no failure of the cloud costs a token", () => {
  const html = { "content-type": "text/html" };
  test.each<[string, Parameters<OAuthServer["queueFault"]>[0], object]>([
    ["invalid_grant", (r) => r.writeHead(400).end('{"error":"invalid_grant"}'), { reason: "grant_dead" }],
    ["500", (r) => r.writeHead(500).end("oops"), { reason: "cloud_error" }],
    ["HTML", (r) => r.writeHead(200, html).end("<html>hello</html>"), { reason: "cloud_error" }],
    ["an empty body", (r) => r.end(), { reason: "cloud_error" }],
    ["a wrapped error", (r) => r.end('{"code":401,"data":{"message":"bad refresh token"}}'), { reason: "grant_dead" }],
    ["a reset connection", (r) => r.destroy(), { reason: "cloud_unreachable" }],
    ["too many calls", (r) => r.writeHead(429, { "retry-after": "60" }).end(), { reason: "rate_limited" }],
    ["10 MB", (r) => r.end("x".repeat(10 * 1024 * 1024)), { reason: "cloud_unreachable" }],
    [
      "gzip garbage",
      (r) => r.writeHead(200, { "content-encoding": "gzip" }).end("no gzip"),
      { reason: "cloud_unreachable" },
    ],
    [
      "a token with a line end within",
      (r) => r.end(JSON.stringify({ access_token: "line\nend", refresh_token: "r" })),
      { reason: "cloud_error" },
    ],
    [
      "a token beyond 16 KB",
      (r) => r.end(JSON.stringify({ access_token: "a".repeat(16 * 1024 + 1), refresh_token: "r" })),
      { reason: "cloud_error" },
    ],
    ["two documents", (r) => r.end('{"access_token":"a"}{"access_token":"b"}'), { reason: "cloud_error" }],
    ["a redirect", (r) => r.writeHead(302, { location: "https://elsewhere.test" }).end(), { reason: "cloud_error" }],
  ])("%s", async (_, fault, state) => {
    const { house, id } = await street.signedIn();
    const before = house.vault.tokens.newest(id);
    street.server.queueFault(fault);
    const report = await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(report).toMatchObject({ outcome: "failed", problem: { retryable: true } });
    expect(house.vault.tokens.newest(id)).toEqual(before);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", consecutive_failures: 1, ...state });
    expect(house.runner.plans.get(id)).toBeGreaterThan(house.clock.now());
    house.clock.offsetMs += 3_600_000;
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: null })).toMatchObject({
      outcome: "committed",
    });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", last_error: null, consecutive_failures: 0 });
    expect(house.keeper.events(id).map((event) => event.kind)).toEqual(["signed_in", "retried", "recovered"]);
  });

  test("a server that never answers, and one that drips, end with the call's time-out", async () => {
    const { house, id } = await street.signedIn();
    house.world.callTimeoutMs = 100;
    street.server.queueFault(() => undefined);
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
      problem: { code: "cloud_unreachable", message: expect.stringContaining("within 0.1 s") },
    });
    street.server.queueFault((response) => void response.write("{"));
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
      problem: { code: "cloud_unreachable" },
    });
  });

  test("a transport that ignores its signal ends with the call's time-out", async () => {
    const deaf: Fetch = () => new Promise(() => undefined);
    const { house, id } = await street.signedIn();
    const world = { ...house.world, fetch: deaf, callTimeoutMs: 50 };
    expect(await runGrant(world, { kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
      outcome: "failed",
    });
  });
});

test("tokens of 16 KB are stored whole, with a life that makes sense whatever the answer claims", async () => {
  const { house, id } = await street.signedIn();
  const access_token = "a".repeat(16 * 1024);
  const refresh_token = "r".repeat(16 * 1024);
  for (const expires_in of [-1, 0, 1e15, "never", null]) {
    street.server.queueFault((response) => response.end(JSON.stringify({ access_token, refresh_token, expires_in })));
    const { generation } = house.keeper.accounts()[0] ?? { generation: 0 };
    await house.runner.run({ kind: "refresh", account_id: id, generation });
    const token = house.vault.tokens.newest(id);
    expect(token).toMatchObject({ access_token, refresh_token, generation: generation + 1, expiry_source: "default" });
    expect((token?.expires_at ?? 0) - (token?.obtained_at ?? 0)).toBe(house.providers[0]?.defaultLifeMs);
  }
});

test("an outage is said once in the log, however many attempts it lasts, and so is its end", async () => {
  const { house, id } = await street.signedIn();
  const refresh = { kind: "refresh", account_id: id, generation: 1 } as const;
  for (let attempt = 1; attempt <= 3; attempt++) {
    street.server.queueFault((response) => response.writeHead(500).end());
    await house.runner.run(refresh);
  }
  street.server.queueFault((response) => response.writeHead(429).end());
  await house.runner.run(refresh);
  await house.runner.run(refresh);
  const said = house.lines.filter((line) => /"level":"(info|warn)"/.test(line)).slice(-3);
  expect(said).toEqual([
    expect.stringContaining("an error of its own (500)"),
    expect.stringContaining("asks us to call less often"),
    expect.stringContaining("refreshed on attempt 5"),
  ]);
  expect(house.keeper.events(id).filter(({ kind }) => kind === "retried")).toHaveLength(4);
});

test("a generation that is no longer the newest is not refreshed", async () => {
  const { house, id } = await street.signedIn();
  await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  const calls = street.server.calls;
  const report = await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  expect(report).toMatchObject({ outcome: "unneeded" });
  expect(street.server.calls).toBe(calls);
  expect(house.vault.tokens.newest(id)?.generation).toBe(2);
});

test("a token that is not due is not refreshed by itself, nor one whose refresh is switched off", async () => {
  const { house, id } = await street.signedIn();
  const calls = street.server.calls;
  const planned = { kind: "refresh", account_id: id, generation: null } as const;
  expect(await house.runner.run(planned)).toMatchObject({ outcome: "unneeded" });
  house.keeper.updateAccount(id, { automatic_refresh: false });
  house.clock.offsetMs += 3_500_000;
  expect(await house.runner.run(planned)).toMatchObject({ outcome: "unneeded" });
  expect(street.server.calls).toBe(calls);
});

test("a timer that is a second early finds its token due, and an earlier one does not", async () => {
  const { house, id } = await street.signedIn();
  const due = house.runner.plans.get(id) ?? 0;
  const planned = { kind: "refresh", account_id: id, generation: null } as const;
  house.clock.now = () => due - 1001;
  expect(await runGrant(house.world, planned)).toEqual({ outcome: "unneeded", account_id: id });
  house.clock.now = () => due - 1000;
  expect(await runGrant(house.world, planned)).toMatchObject({ outcome: "committed" });
});

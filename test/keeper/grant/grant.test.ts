import { beforeEach, describe, expect, test } from "vitest";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { Crash, crashAt } from "./crash.ts";
import { DETAILS } from "../house.ts";
import type { House, HouseOptions } from "../house.ts";
import type { OAuthServer } from "../token-calls/oauth-server.ts";
import { streetForEach } from "../street.ts";

const MINUTE = 60_000;
const street = streetForEach();
let server: OAuthServer;
beforeEach(() => {
  server = street.server;
});

function build(options?: Partial<HouseOptions>): House {
  return street.build(options);
}

function signedIn(options?: Partial<HouseOptions>): Promise<{ house: House; id: string }> {
  return street.signedIn(options);
}

describe("a crash at any step of a refresh", () => {
  const steps = GRANT_STEPS.filter((step) => step !== "identified");

  test.each(steps)("at `%s` leaves a gateway that has the newest token after its restart", async (step) => {
    const { house, id } = await signedIn();
    await expect(
      runGrant({ ...house.world, onStep: crashAt(step) }, { kind: "refresh", account_id: id, generation: 1 }),
    ).rejects.toBeInstanceOf(Crash);
    house.close();
    const callsBefore = server.calls;

    const again = build({ folder: house.folder });
    const journalled = again.vault.journal.open(id)?.answer ?? null;
    again.keeper.start();
    await again.runner.run({ kind: "refresh", account_id: id, generation: null });

    const held = again.vault.tokens.newest(id)?.refresh_token;
    if (step === "answered") {
      // The answer was lost before it was written down: the old token is sent once more, and this server punishes that.
      expect(server.calls - callsBefore).toBe(1);
      expect(server.reuses).toBe(1);
      expect(again.keeper.accounts()[0]).toMatchObject({ status: "retrying", last_error: { class: "dead_grant" } });
    } else {
      expect(held).toBe(server.newestRefreshToken);
      expect(server.reuses).toBe(0);
      expect(again.keeper.accounts()[0]?.status).toBe("fresh");
      if (journalled !== null) {
        expect(server.calls).toBe(callsBefore);
        expect(again.keeper.events(id).at(-1)).toMatchObject({ kind: "adopted", generation: 2 });
      }
    }
    expect(again.vault.journal.open(id)).toBeNull();
  });
});

describe("a crash at any step of a sign-in", () => {
  test.each(GRANT_STEPS)("at `%s` ends signed in, or asks for a new sign-in", async (step) => {
    const house = build({ onStep: crashAt(step) });
    const { id } = house.keeper.addAccount(DETAILS);
    await expect(house.keeper.exchange(server.code(), id)).rejects.toMatchObject({ code: "internal" });
    house.close();

    const again = build({ folder: house.folder });
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
  await signedIn({ onStep: (step) => void steps.push(step) });
  expect(steps).toEqual([...GRANT_STEPS]);
});

test("the raw answer is in the journal when the procedure first reads it", async () => {
  const seen: unknown[] = [];
  const { house, id } = await signedIn();
  const onStep = (step: GrantStep): void => {
    if (step === "answer_journalled") seen.push(house.vault.journal.open(id)?.answer?.status);
  };
  await runGrant({ ...house.world, onStep }, { kind: "refresh", account_id: id, generation: 1 });
  expect(seen).toEqual([200]);
});

describe("20 refreshes in a row", () => {
  test("each use the newest refresh token, and none twice", async () => {
    const { house, id } = await signedIn();
    for (let generation = 1; generation <= 20; generation++) {
      const report = await house.runner.run({ kind: "refresh", account_id: id, generation });
      expect(report).toMatchObject({ outcome: "committed", generation: generation + 1 });
      expect(house.vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
    }
    expect(new Set(server.presented).size).toBe(20);
    expect(server.reuses).toBe(0);
  });

  test("keep the old refresh token while the answers bring no new one", async () => {
    const { house, id } = await signedIn();
    const kept = server.newestRefreshToken;
    for (let generation = 1; generation <= 3; generation++) {
      server.queueFault((response) =>
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
    const { house, id } = await signedIn();
    const before = house.vault.tokens.newest(id);
    server.queueFault(fault);
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
    const { house, id } = await signedIn({ callTimeoutMs: 100 });
    server.queueFault(() => undefined);
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
      problem: { code: "cloud_unreachable", message: expect.stringContaining("within 0.1 s") },
    });
    server.queueFault((response) => void response.write("{"));
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
      problem: { code: "cloud_unreachable" },
    });
  });

  test("a transport that ignores its signal ends with the call's time-out", async () => {
    const deaf: Fetch = () => new Promise(() => undefined);
    const { house, id } = await signedIn();
    const world = { ...house.world, fetch: deaf, callTimeoutMs: 50 };
    expect(await runGrant(world, { kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
      outcome: "failed",
    });
  });
});

test("tokens of 16 KB are stored whole, with a life that makes sense whatever the answer claims", async () => {
  const { house, id } = await signedIn();
  const access_token = "a".repeat(16 * 1024);
  const refresh_token = "r".repeat(16 * 1024);
  for (const expires_in of [-1, 0, 1e15, "never", null]) {
    server.queueFault((response) => response.end(JSON.stringify({ access_token, refresh_token, expires_in })));
    const { generation } = house.keeper.accounts()[0] ?? { generation: 0 };
    await house.runner.run({ kind: "refresh", account_id: id, generation });
    const token = house.vault.tokens.newest(id);
    expect(token).toMatchObject({ access_token, refresh_token, generation: generation + 1, expiry_source: "default" });
    expect((token?.expires_at ?? 0) - (token?.obtained_at ?? 0)).toBe(house.providers[0]?.defaultLifeMs);
  }
});

test("an outage is said once in the log, however many attempts it lasts, and so is its end", async () => {
  const { house, id } = await signedIn();
  const refresh = { kind: "refresh", account_id: id, generation: 1 } as const;
  for (let attempt = 1; attempt <= 3; attempt++) {
    server.queueFault((response) => response.writeHead(500).end());
    await house.runner.run(refresh);
  }
  server.queueFault((response) => response.writeHead(429).end());
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
  const { house, id } = await signedIn();
  await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  const calls = server.calls;
  const report = await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  expect(report).toMatchObject({ outcome: "unneeded" });
  expect(server.calls).toBe(calls);
  expect(house.vault.tokens.newest(id)?.generation).toBe(2);
});

test("a token that is not due is not refreshed by itself, nor one whose refresh is switched off", async () => {
  const { house, id } = await signedIn();
  const calls = server.calls;
  const planned = { kind: "refresh", account_id: id, generation: null } as const;
  expect(await house.runner.run(planned)).toMatchObject({ outcome: "unneeded" });
  house.keeper.updateAccount(id, { automatic_refresh: false });
  house.clock.offsetMs += 3_500_000;
  expect(await house.runner.run(planned)).toMatchObject({ outcome: "unneeded" });
  expect(server.calls).toBe(calls);
});

test("a timer that is a second early finds its token due, and an earlier one does not", async () => {
  const { house, id } = await signedIn();
  const due = house.runner.plans.get(id) ?? 0;
  const planned = { kind: "refresh", account_id: id, generation: null } as const;
  house.clock.now = () => due - 1001;
  expect(await runGrant(house.world, planned)).toEqual({ outcome: "unneeded", account_id: id });
  house.clock.now = () => due - 1000;
  expect(await runGrant(house.world, planned)).toMatchObject({ outcome: "committed" });
});

describe("a dead grant", () => {
  const refused = (): void => server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));

  test("is confirmed once, then a sign-in is asked for; it is looked at after 1 h, 6 h, and for 30 days, and never after", async () => {
    const { house, id } = await signedIn();
    server.revokeAll();
    const calls = server.calls;
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", reason: "grant_dead" });
    expect(await house.planned(id)).toSatisfy((pause: number) => pause > 55_000 && pause < 70_000);
    const needed = { status: "sign_in_needed", reason: "grant_dead", incident: { number: 2, closed_at: null } };
    expect(house.keeper.accounts()[0]).toMatchObject(needed);
    expect(await house.planned(id)).toSatisfy((pause: number) => pause >= 13 * MINUTE && pause <= 15 * MINUTE);

    const believed = house.clock.now();
    await house.planned(id);
    expect((house.clock.now() - believed) / MINUTE).toSatisfy((m: number) => m > 50 && m <= 60);
    await house.planned(id);
    expect((house.clock.now() - believed) / MINUTE).toSatisfy((m: number) => m > 300 && m <= 360);
    expect(server.calls - calls).toBe(5);
    let looks = 0;
    for (; house.runner.plans.has(id) && looks < 50; looks++) {
      expect(await house.planned(id)).toSatisfy(
        (pause: number) => pause > 21 * 60 * MINUTE && pause <= 24 * 60 * MINUTE,
      );
    }
    expect(looks).toBe(30);
    expect(house.keeper.accounts()[0]).toMatchObject({ ...needed, next_refresh_at: null });
    expect(house.vault.tokens.newest(id)?.generation).toBe(1);

    house.clock.offsetMs += 24 * 60 * MINUTE;
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    expect(server.calls - calls).toBe(35);

    await house.keeper.exchange(server.code(), id);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", reason: null, generation: 2 });
  });

  test.each([20, 60, 400, 5000])(
    "that works again after %i minutes ends its own incident, over a restart too, and is asked for once",
    async (minutes) => {
      const { house, id } = await signedIn();
      const over = house.clock.now() + minutes * MINUTE;
      let current = house;
      refused();
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
      for (let looks = 0; looks < 12 && (current.runner.plans.get(id) ?? Infinity) < over; looks++) {
        refused();
        await current.planned(id);
        current.close();
        current = build({ folder: house.folder, clock: house.clock });
        current.keeper.start();
      }
      const { incident } = current.keeper.accounts()[0] ?? {};
      expect(incident).toMatchObject({ number: 2, kind: "sign_in_needed", closed_at: null });
      await current.planned(id);
      expect(current.keeper.accounts()[0]).toMatchObject({
        status: "fresh",
        generation: 2,
        incident: { ...incident, closed_at: expect.any(Number) },
      });
    },
  );

  test("stays one incident while a look gets no answer, and is looked at again within the hour", async () => {
    const { house, id } = await signedIn();
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    for (let looks = 0; looks < 4; looks++) {
      refused();
      await house.planned(id);
    }
    server.queueFault((response) => response.writeHead(503).end());
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "sign_in_needed",
      last_error: { class: "dead_grant", code: "invalid_grant" },
      incident: { number: 2, closed_at: null },
    });
    expect(await house.planned(id)).toBeLessThanOrEqual(60 * MINUTE);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", incident: { number: 2 } });
  });

  test("three outages are no refusal: one after them is looked at once more before anybody is told", async () => {
    const { house, id } = await signedIn();
    server.queueFault((response) => response.writeHead(503).end('{"error":"invalid_grant"}'));
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    server.queueFault((response) => response.destroy());
    await house.planned(id);
    server.queueFault((response) => response.writeHead(403).end('{"message":"Forbidden"}'));
    await house.planned(id);
    refused();
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", reason: "grant_dead" });
    expect(await house.planned(id)).toSatisfy((pause: number) => pause > 55_000 && pause < 70_000);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("so is a refused client: it is believed no sooner, and mends by itself", async () => {
    const { house, id } = await signedIn();
    const strange = (): void => server.queueFault((r) => r.end('{"code":400,"message":"client error"}'));
    strange();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", reason: "client_refused" });
    strange();
    expect(await house.planned(id)).toBeLessThan(70_000);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "misconfigured", incident: { number: 2 } });
    server.queueFault((response) => response.writeHead(503).end());
    expect(await house.planned(id)).toBeLessThanOrEqual(15 * MINUTE);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "misconfigured", incident: { number: 2 } });
    expect(await house.planned(id)).toBeLessThanOrEqual(15 * MINUTE);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", incident: { closed_at: expect.any(Number) } });
  });

  test("that was an outage of 5 minutes in which the provider answers invalid_grant recovers by itself, and its incident closes", async () => {
    const { house, id } = await signedIn();
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    refused();
    await house.planned(id);
    const { incident } = house.keeper.accounts()[0] ?? {};
    expect(incident).toMatchObject({ kind: "sign_in_needed", closed_at: null });
    expect(house.keeper.accounts()[0]?.last_error?.message).toContain("tries again by itself");

    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "fresh",
      reason: null,
      generation: 2,
      last_error: null,
      incident: { ...incident, closed_at: expect.any(Number) },
    });
    expect(house.keeper.events(id).at(-1)?.kind).toBe("recovered");
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 2 });
    expect(house.keeper.accounts()[0]?.status).toBe("retrying");
  });

  test("is looked at late until that look has an answer, over a restart too", async () => {
    const { house, id } = await signedIn();
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    refused();
    await house.planned(id);
    server.queueFault((response) => response.destroy());
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "sign_in_needed", reason: "grant_dead" });
    house.close();

    const again = build({ folder: house.folder, clock: house.clock });
    again.keeper.start();
    expect(await again.planned(id)).toBeGreaterThanOrEqual(13 * MINUTE);
    expect(again.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("is not looked at with the credentials of another client", async () => {
    const { house, id } = await signedIn();
    server.revokeAll();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    await house.planned(id);
    house.keeper.updateAccount(id, { client_id: "client-2" });
    expect(house.runner.plans.has(id)).toBe(false);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "sign_in_needed", next_refresh_at: null });
  });
});

describe("when a sign-in can't be attributed", () => {
  test("it is finished soon, also where the sign-in before it was long dead", async () => {
    const { house, id } = await signedIn();
    const refused = (): void =>
      server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
    for (let times = 0; times < 4; times++) {
      refused();
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
      house.clock.offsetMs += 25 * 60 * MINUTE;
    }
    const mute: Fetch = (url, init) =>
      url.endsWith("/action") ? Promise.resolve(new Response("", { status: 503 })) : fetch(url, init);
    const job = { kind: "sign_in", account_id: id, code: server.code(), redirect_uri: DETAILS.redirect_uri } as const;
    await runGrant({ ...house.world, fetch: mute }, job);
    const { next_refresh_at } = house.vault.accounts.get(id) ?? {};
    expect((next_refresh_at ?? Infinity) - house.clock.now()).toBeLessThanOrEqual(15 * MINUTE);
    house.clock.offsetMs += 15 * MINUTE;
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("another cloud user is refused with a sentence, and the old token stays", async () => {
    const { house, id } = await signedIn();
    await expect(house.keeper.exchange(server.code("user-2"), id)).rejects.toMatchObject({
      code: "other_user",
      message: expect.stringContaining("Home"),
    });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 1, cloud_user: "user-1" });
    const event = { kind: "failed", class: "configuration", code: "other_user" };
    expect(house.keeper.events(id).at(-1)).toMatchObject(event);
    expect(JSON.stringify(house.vault.tokens.newest(id))).toContain("user-1");
  });

  test("a cloud that does not say who it is leaves the answer in the journal until it does", async () => {
    const { house, id } = await signedIn();
    const mute: Fetch = (url, init) =>
      url.endsWith("/action") ? Promise.resolve(new Response("", { status: 503 })) : fetch(url, init);
    const job = { kind: "sign_in", account_id: id, code: server.code(), redirect_uri: DETAILS.redirect_uri } as const;
    const report = await runGrant({ ...house.world, fetch: mute }, job);
    expect(report).toMatchObject({ outcome: "failed", problem: { code: "cloud_unreachable", retryable: true } });
    expect(house.lines.at(-1)).toContain("did not say who has signed in");
    expect(house.vault.tokens.newest(id)?.generation).toBe(1);
    const waiting = house.vault.accounts.get(id);
    expect(waiting).toMatchObject({ last_error_code: "identity_unknown", consecutive_failures: 1, refusals: 0 });
    expect((waiting?.next_refresh_at ?? Infinity) - house.clock.now()).toBeLessThanOrEqual(2000);
    expect(house.vault.journal.isOpen(id)).toBe(true);
    const calls = server.calls;
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    expect(house.vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
    expect(server.calls).toBe(calls);
  });
});

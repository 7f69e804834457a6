import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { AccessGuard } from "../../../src/http/access/access-guard.ts";
import type { AccessGuardOptions, Visitor } from "../../../src/http/access/access-guard.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { Problem } from "../../../src/problem.ts";
import { ManualClock } from "../../clock.ts";
import { INGRESS, aStage } from "../stage.ts";

const SUPERVISOR = "172.30.32.2";

describe("who may come in, by the socket's own address", () => {
  test.each(["127.0.0.1", "127.0.1.1", "::1", "::ffff:127.0.0.1"])(
    "this machine (%s), as long as no password is set",
    (address) => {
      expect(aGuard().admit(from(address)).by).toBe("loopback");
      expect(aGuard({ ingressPeer: SUPERVISOR }).admit(from(address)).by).toBe("loopback");
    },
  );

  test.each([SUPERVISOR, `::ffff:${SUPERVISOR}`])("as an add-on, Home Assistant's ingress (%s)", (address) => {
    expect(aGuard({ ingressPeer: SUPERVISOR }).admit(from(address)).by).toBe("ingress");
  });

  test.each(["172.30.32.1", "172.30.33.4", "192.168.1.20", "::ffff:172.30.32.22", "fe80::1", ""])(
    "as an add-on, nobody else (%s), whatever the headers claim",
    (address) => {
      const headers = {
        "x-forwarded-for": SUPERVISOR,
        "x-real-ip": "127.0.0.1",
        "x-remote-user-id": "admin",
        authorization: basic("any", "a good password"),
      };
      const guard = aGuard({ ingressPeer: SUPERVISOR, password: "a good password" });
      expect(refusal(() => guard.admit(from(address, headers)))).toBe("forbidden");
    },
  );

  test("without a password nobody beyond this machine, the Supervisor's address included", () => {
    expect(refusal(() => aGuard().admit(from("192.168.1.20")))).toBe("forbidden");
    expect(refusal(() => aGuard().admit(from(SUPERVISOR, { "x-remote-user-id": "admin" })))).toBe("forbidden");
  });

  test.each(["127.0.0.1", "192.168.1.20"])("where a password is set, nobody without it, from %s either", (address) => {
    const guard = aGuard({ password: "a good password" });
    expect(refusal(() => guard.admit(from(address)))).toBe("unauthenticated");
    const headers = { authorization: basic("any", "a good password") };
    expect(guard.admit(from(address, headers)).by).toBe("password");
  });

  test("as an add-on, ingress is asked for no password, and speaks for others by trade", () => {
    const guard = aGuard({ ingressPeer: SUPERVISOR, password: "a good password" });
    const headers = { "x-forwarded-for": "203.0.113.9", "x-remote-user-id": "anna" };
    expect(guard.admit(from(SUPERVISOR, headers))).toMatchObject({ by: "ingress", user_id: "anna" });
  });

  test.each(["", " "])("behind ingress a user without an id (%j) is nobody", (id) => {
    const guard = aGuard({ ingressPeer: SUPERVISOR });
    const headers = { "x-remote-user-id": id, "x-remote-user-name": "", "x-remote-user-display-name": id };
    expect(guard.admit(from(SUPERVISOR, headers))).toEqual({ by: "ingress", user_id: null, user_name: null });
  });

  test("the refused are logged once a minute, not once a request", () => {
    const clock = new ManualClock();
    const { sink, guard } = aLoggedGuard({ clock });
    const knock = (): string => refusal(() => guard.admit(from("192.168.1.20")));
    for (let times = 0; times < 5; times += 1) knock();
    expect(sink.tail("warn")).toMatchObject([{ part: "gateway", fields: { address: "192.168.1.20" } }]);
    clock.advance(60_000);
    knock();
    expect(sink.tail("warn")).toHaveLength(2);
  });
});

describe("every refusal says what to do", () => {
  test.each([
    ["as an add-on", { ingressPeer: SUPERVISOR }, from("192.168.1.20"), /^forbidden: This port is .* from the sidebar/],
    ["from another machine", {}, from("192.168.1.20"), /^forbidden: .* this machine only: set UTEC_GATEWAY_PASSWORD/],
    ["without a password", { password: "p" }, from("127.0.0.1"), /^unauthenticated: .*log in on the page.*HTTP Basic/],
    [
      "with a wrong one",
      { password: "p" },
      from("127.0.0.1", { authorization: basic("", "q") }),
      /^unauthenticated: The password is wrong/,
    ],
  ])("%s", (_case, options, request, message) => {
    expect(sentence(() => aGuard(options).admit(request))).toMatch(message);
  });

  test.each([
    ["nobody", null, true, /^Home Assistant did not say who you are: .*sidebar/],
    ["no administrator", "berta", false, /^Only administrators of Home Assistant .*ask one/],
    ["somebody of whom it can't be asked", "carla", null, /^Home Assistant could not be asked .*try again/],
  ] as const)("to %s behind ingress who wants to act", async (_case, user_id, answer, message) => {
    const guard = aGuard({ ingressPeer: SUPERVISOR, admins: () => Promise.resolve(answer) });
    await expect(guard.assertMayAct({ by: "ingress", user_id, user_name: null })).rejects.toThrow(message);
  });

  test("and the log says from where, as far as that is known, and that nobody could be asked", async () => {
    const failing = { ingressPeer: SUPERVISOR, admins: () => Promise.reject(new Error("link down")) };
    const { sink, guard } = aLoggedGuard(failing);
    refusal(() => guard.admit(from("10.0.0.2", { "x-forwarded-for": "9".repeat(100) })));
    await verdict(guard, { by: "ingress", user_id: "anna", user_name: null });
    expect(sink.tail("warn")).toMatchObject([
      {
        message: "A request was refused.",
        fields: { address: "10.0.0.2", forwarded_for: "9".repeat(60), reason: expect.stringContaining("sidebar") },
      },
      { message: expect.stringContaining("could not be asked"), fields: { error: { message: "link down" } } },
    ]);
  });
});

describe("whether a password must be given in the form", () => {
  test.each([
    ["of ingress none", { ingressPeer: SUPERVISOR, password: "p" }, from(SUPERVISOR), false],
    ["none where none is set", {}, from("127.0.0.1"), false],
    ["of this machine", { password: "p" }, from("127.0.0.1"), true],
    ["of others", { password: "p" }, from("192.168.1.20"), true],
  ] as const)("%s", (_case, options, request, expected) => {
    expect(aGuard(options).mustLogIn(request)).toBe(expected);
  });

  test("where it would not help, that is said instead", () => {
    const forwarded = from("127.0.0.1", { via: "1.1 proxy" });
    const addOn = aGuard({ ingressPeer: SUPERVISOR, password: "p" });
    expect(sentence(() => aGuard().mustLogIn(forwarded))).toMatch(/^forbidden: .*UTEC_GATEWAY_PASSWORD/);
    expect(sentence(() => aGuard().logIn(forwarded, "p"))).toMatch(/^forbidden: .*UTEC_GATEWAY_PASSWORD/);
    expect(sentence(() => addOn.logIn(from("192.168.1.20"), "p"))).toMatch(/^forbidden: .*sidebar/);
    expect(sentence(() => aGuard().logIn(from("127.0.0.1"), "p"))).toMatch(/^forbidden: No password is set/);
  });
});

test("behind ingress a user without a display name goes by the other", () => {
  const headers = { "x-remote-user-id": "anna", "x-remote-user-name": "anna.b" };
  expect(aGuard({ ingressPeer: SUPERVISOR }).admit(from(SUPERVISOR, headers))).toEqual({
    by: "ingress",
    user_id: "anna",
    user_name: "anna.b",
  });
});

describe("without a password, what was forwarded is let in by nobody, for anybody may have sent it", () => {
  test.each([
    ["forwarded", "for=203.0.113.9;proto=https"],
    ["x-forwarded-for", "203.0.113.9"],
    ["x-forwarded-for", ""],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-host", "gateway.example"],
    ["x-forwarded-port", "443"],
    ["x-forwarded-server", "proxy"],
    ["x-forwarded", "yes"],
    ["x-real-ip", "203.0.113.9"],
    ["via", "1.1 Caddy"],
    ["cf-connecting-ip", "203.0.113.9"],
    ["cf-ray", "8f"],
    ["cdn-loop", "cloudflare"],
    ["true-client-ip", "203.0.113.9"],
    ["x-client-ip", "203.0.113.9"],
    ["x-cluster-client-ip", "203.0.113.9"],
    ["x-original-forwarded-for", "203.0.113.9"],
    ["x-original-host", "gateway.example"],
    ["x-envoy-external-address", "203.0.113.9"],
    ["x-amzn-trace-id", "Root=1"],
    ["fly-client-ip", "203.0.113.9"],
    ["fastly-client-ip", "203.0.113.9"],
    ["tailscale-user-login", "anna@example.com"],
    ["x-scheme", "https"],
    ["x-url-scheme", "https"],
    ["front-end-https", "on"],
    ["client-ip", "203.0.113.9"],
    ["remote-addr", "203.0.113.9"],
    ["remote-user", "anna"],
    ["x-real-port", "4711"],
    ["x-proxyuser-ip", "203.0.113.9"],
    ["x-originating-ip", "203.0.113.9"],
    ["x-remote-addr", "203.0.113.9"],
    ["x-remote-ip", "203.0.113.9"],
    ["x-script-name", "/locks"],
    ["x-host", "gateway.example"],
  ])("%s: %s", (name, value) => {
    const request = from("127.0.0.1", { [name]: value });
    expect(sentence(() => aGuard().admit(request))).toMatch(/^forbidden: .*set UTEC_GATEWAY_PASSWORD/);
    expect(sentence(() => aGuard({ ingressPeer: SUPERVISOR }).admit(request))).toMatch(/^forbidden: .*sidebar/);
    const headers = { ...request.headers, authorization: basic("", "a good password") };
    expect(aGuard({ password: "a good password" }).admit(from("127.0.0.1", headers)).by).toBe("password");
  });

  test("HTTP/1.0, which nginx speaks where it is told nothing, and no browser", () => {
    const request = Object.assign(from("127.0.0.1"), { httpVersion: "1.0" });
    expect(refusal(() => aGuard().admit(request))).toBe("forbidden");
  });

  test.each([["x-requested-with"], ["x-request-id"], ["traceparent"], ["user-agent"], ["via-nothing"]])(
    "%s says nothing of the kind",
    (name) => {
      expect(aGuard().admit(from("127.0.0.1", { [name]: "1" })).by).toBe("loopback");
    },
  );
});

describe("the password", () => {
  const password = "correct: horse, bättery";

  test("lets in from beyond this machine, under any user name", () => {
    const guard = aGuard({ password });
    for (const user of ["", "admin", "someone else"]) {
      expect(guard.admit(from("192.168.1.20", { authorization: basic(user, password) })).by).toBe("password");
    }
  });

  test.each([
    ["none", undefined],
    ["another", basic("any", "wrong")],
    ["a prefix of it", basic("any", "correct: horse")],
    ["no colon", `Basic ${Buffer.from(password.replaceAll(":", "")).toString("base64")}`],
    ["no base64", "Basic §§§"],
    ["another scheme", "Bearer correct"],
  ])("is missed: %s", (_case, authorization) => {
    const guard = aGuard({ password });
    const headers = authorization === undefined ? {} : { authorization };
    expect(refusal(() => guard.admit(from("192.168.1.20", headers)))).toBe("unauthenticated");
  });

  test("cannot be tried out: ten wrong ones close the door to an address for a minute, and to nobody else", () => {
    const clock = new ManualClock();
    const guard = aGuard({ password, clock });
    const knock = (address: string, word: string): string =>
      refusal(() => guard.admit(from(address, { authorization: basic("any", word) })));
    for (let tries = 0; tries < 10; tries += 1) expect(knock("192.168.1.66", `guess ${tries}`)).toBe("unauthenticated");
    expect(knock("192.168.1.66", password)).toBe("rate_limited");
    expect(knock("192.168.1.20", password)).toBe("let in");
    clock.advance(60_000);
    expect(knock("192.168.1.66", password)).toBe("let in");
  });

  test("cannot be tried out behind a proxy by claiming to be others: thirty wrong ones in all", () => {
    const clock = new ManualClock();
    const guard = aGuard({ password, clock });
    const knock = (client: string, word: string): string =>
      refusal(() => guard.admit(from("127.0.0.1", { "x-forwarded-for": client, authorization: basic("", word) })));
    for (let tries = 0; tries < 30; tries += 1) expect(knock(`203.0.113.${tries}`, "guess")).toBe("unauthenticated");
    expect(knock("203.0.113.99", password)).toBe("rate_limited");
    clock.advance(60_000);
    expect(knock("203.0.113.99", password)).toBe("let in");
  });

  test("behind a proxy one guesser keeps nobody else out: the proxy's own word tells them apart", () => {
    const guard = aGuard({ password });
    const knock = (forwarded: Record<string, string>, word: string, address = "127.0.0.1"): string =>
      refusal(() => guard.admit(from(address, { ...forwarded, authorization: basic("", word) })));
    // What stands before the last address was sent by the guesser.
    for (let tries = 0; tries < 10; tries += 1) {
      expect(knock({ "x-forwarded-for": `10.0.0.${tries}, 203.0.113.66` }, "guess")).toBe("unauthenticated");
    }
    expect(knock({ "x-forwarded-for": "203.0.113.66:4711" }, password)).toBe("rate_limited");
    expect(knock({ forwarded: 'for=10.0.0.1, For="203.0.113.66"' }, password)).toBe("rate_limited");
    expect(knock({ "x-forwarded-for": "203.0.113.7" }, password)).toBe("let in");
    expect(knock({}, password)).toBe("let in");
    expect(knock({ "x-forwarded-for": "203.0.113.66" }, password, "10.0.0.2")).toBe("let in");
  });

  test("is counted by the network that one guesser has to himself", () => {
    const guard = aGuard({ password });
    const knock = (address: string, word: string): string =>
      refusal(() => guard.admit(from(address, { authorization: basic("", word) })));
    for (let tries = 0; tries < 10; tries += 1) knock(`2001:db8:0:7::${tries}`, "guess");
    expect(knock("2001:db8:0:7:a:b:c:d", password)).toBe("rate_limited");
    expect(knock("2001:db8:1::7", password)).toBe("let in");
    expect(knock("2001:db8:0:8::1", password)).toBe("let in");
    expect(knock("fe80::1%eth0", password)).toBe("let in");
  });

  test("is the same however a keyboard composes its letters", () => {
    const headers = { authorization: basic("", password.normalize("NFD")) };
    expect(aGuard({ password }).admit(from("192.168.1.20", headers)).by).toBe("password");
  });

  test("remembers a thousand guessers at once, and forgets the oldest first", () => {
    const guard = aGuard({ password });
    const knock = (address: string, word: string): string =>
      refusal(() => guard.admit(from(address, { authorization: basic("", word) })));
    for (let tries = 0; tries < 10; tries += 1) knock("192.168.0.1", "guess");
    for (let guesser = 1; guesser < 1000; guesser += 1) knock(`10.0.${guesser >> 8}.${guesser & 255}`, "guess");
    expect(knock("192.168.0.1", password)).toBe("rate_limited");
    knock("10.1.0.1", "guess");
    expect(knock("192.168.0.1", password)).toBe("let in");
  });

  test("is not counted wrong when it is not given: a browser asks first", () => {
    const guard = aGuard({ password });
    for (let times = 0; times < 20; times += 1) refusal(() => guard.admit(from("192.168.1.20")));
    const headers = { authorization: basic("any", password) };
    expect(refusal(() => guard.admit(from("192.168.1.20", headers)))).toBe("let in");
  });
});

describe("who may act", () => {
  const ingress = (user_id: string | null): Visitor => ({ by: "ingress", user_id, user_name: null });

  test.each([
    ["an administrator", "anna", true, "may act"],
    ["another user", "berta", false, "forbidden"],
    ["a user of whom Home Assistant cannot be asked", "carla", null, "forbidden, retryable"],
    ["nobody in particular", null, true, "forbidden"],
  ] as const)("behind ingress, %s", async (_case, user_id, answer, expected) => {
    const guard = aGuard({ ingressPeer: SUPERVISOR, admins: () => Promise.resolve(answer) });
    expect(await verdict(guard, ingress(user_id))).toBe(expected);
  });

  test("nobody behind ingress as long as there is no way to ask, or asking fails", async () => {
    expect(await verdict(aGuard({ ingressPeer: SUPERVISOR }), ingress("anna"))).toBe("forbidden, retryable");
    const failing = aGuard({ ingressPeer: SUPERVISOR, admins: () => Promise.reject(new Error("link down")) });
    expect(await verdict(failing, ingress("anna"))).toBe("forbidden, retryable");
  });

  test("everybody on this machine and with the password", async () => {
    for (const by of ["loopback", "password"] as const) {
      expect(await verdict(aGuard(), { by, user_id: null, user_name: null })).toBe("may act");
    }
  });
});

describe("on the wire", () => {
  const admins = (user_id: string): Promise<boolean> => Promise.resolve(user_id === "anna");
  const command = { device_id: "door", name: "unlock" };

  test("behind ingress administrators act under their own name, others look", async () => {
    const { ask, post, door } = await aStage({ ingressPeer: INGRESS, admins });
    const as = (id: string, name: string): object => ({
      headers: { host: "home.example:8123", "x-remote-user-id": id, "x-remote-user-display-name": latin1(name) },
      from: INGRESS,
    });
    expect((await ask("/api/state", as("berta", "Berta"))).status).toBe(200);
    expect((await post("/api/commands", command, as("berta", "Berta"))).json).toMatchObject({ code: "forbidden" });
    expect((await post("/api/commands", command, as("anna", "Ännchen Ω"))).status).toBe(202);
    expect(door.requests.map(({ origin }) => origin)).toEqual([{ kind: "api", name: "Ännchen Ω", automation: false }]);
  });

  test("the user's headers mean nothing from anybody but ingress", async () => {
    const { post, door } = await aStage({ ingressPeer: INGRESS, admins });
    const headers = { "x-remote-user-id": "berta", "x-remote-user-display-name": "Berta" };
    expect((await post("/api/commands", command, { headers })).status).toBe(202);
    expect(door.requests[0]?.origin.name).toBeNull();
  });
});

function aGuard(options: Partial<AccessGuardOptions> = {}): AccessGuard {
  return aLoggedGuard(options).guard;
}

function aLoggedGuard(options: Partial<AccessGuardOptions>): { guard: AccessGuard; sink: LogSink } {
  const sink = new LogSink({ level: "debug", secrets: new Secrets(), format: "json", write: () => {} });
  const guard = new AccessGuard({
    ingressPeer: null,
    password: null,
    sessions: null,
    clock: new ManualClock(),
    log: sink.log,
    ...options,
  });
  return { guard, sink };
}

/** As much of a request as the guard looks at. */
function from(address: string, headers: IncomingMessage["headers"] = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: address });
  return { socket, headers } as IncomingMessage;
}

function refusal(act: () => unknown): string {
  try {
    act();
    return "let in";
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}

function sentence(act: () => unknown): string {
  try {
    act();
    return "let in";
  } catch (error) {
    return error instanceof Problem ? `${error.code}: ${error.message}` : String(error);
  }
}

async function verdict(guard: AccessGuard, visitor: Visitor): Promise<string> {
  try {
    await guard.assertMayAct(visitor);
    return "may act";
  } catch (error) {
    return error instanceof Problem ? `${error.code}${error.retryable ? ", retryable" : ""}` : String(error);
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** UTF-8 bytes as a header carries them. */
function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

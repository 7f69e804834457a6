import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { AccessGuard } from "../../src/http/access-guard.ts";
import type { AccessGuardOptions, Visitor } from "../../src/http/access-guard.ts";
import { application } from "../../src/http/application.ts";
import { PictureJson } from "../../src/http/picture-json.ts";
import { FlightMeter } from "../../src/jobs/flight-meter.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { Problem } from "../../src/problem.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { MemoryActivity } from "../activity/house.ts";
import { ManualClock } from "../clock.ts";
import { aGateway } from "../state/models.ts";
import { MemoryDesk, MemoryDoor } from "./desk.ts";
import { INGRESS, aStage } from "./stage.ts";

const SUPERVISOR = "172.30.32.2";

describe("who may come in, by the socket's own address", () => {
  test.each(["127.0.0.1", "127.0.1.1", "::1", "::ffff:127.0.0.1"])("this machine (%s) always", (address) => {
    expect(aGuard().admit(from(address)).by).toBe("loopback");
    expect(aGuard({ ingressPeer: SUPERVISOR }).admit(from(address)).by).toBe("loopback");
    expect(aGuard({ password: "a good password" }).admit(from(address)).by).toBe("loopback");
  });

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

  test("another machine is asked for the password before it sees anything", async () => {
    const port = await aServerSeenFromAfar("a good password");
    for (const path of ["/", "/api/state", "/health/live", "/oauth/callback?code=1&state=2"]) {
      const { status, headers } = await fetch(`http://127.0.0.1:${port}${path}`);
      expect([path, status, headers.get("www-authenticate")]).toEqual([
        path,
        401,
        expect.stringMatching(/^Basic realm/),
      ]);
    }
    const headers = { authorization: basic("me", "a good password"), host: "nas.example" };
    expect((await fetch(`http://127.0.0.1:${port}/api/state`, { headers })).status).toBe(200);
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

/** The application behind sockets that say that they come from another machine. */
async function aServerSeenFromAfar(password: string): Promise<number> {
  const secrets = new Secrets();
  const sink = new LogSink({ level: "debug", secrets, format: "json", write: () => {} });
  const picture = new LivePicture(aGateway());
  const parts = {
    picture,
    accounts: new MemoryDesk(picture),
    commands: new MemoryDoor(picture),
    activity: new MemoryActivity(),
    discover: () => {},
    flights: new FlightMeter(new ManualClock()),
    clock: new ManualClock(),
    logSink: sink,
    log: sink.log,
    secrets,
    version: "1.2.3",
    pageFolder: import.meta.dirname,
  };
  const server = createServer(application(parts, aGuard({ password }), new PictureJson(picture)));
  server.on("connection", (socket) => Object.defineProperty(socket, "remoteAddress", { value: "192.168.1.20" }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

function refusal(act: () => unknown): string {
  try {
    act();
    return "let in";
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
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

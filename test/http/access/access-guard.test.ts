import { describe, expect, test } from "vitest";
import { assertAllowed } from "../../../src/http/access/access-guard.ts";
import type { Visitor } from "../../../src/http/access/access-guard.ts";
import { ManualClock } from "../../clock.ts";
import { INGRESS, aStage } from "../stage.ts";
import { SUPERVISOR, aGuard, aLoggedGuard, basic, from, refusal, sentence, verdict } from "./guard.ts";

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
    ["no administrator", "berta", false, /^Only administrators of Home Assistant can do this\.$/],
    [
      "somebody of whom it can't be asked",
      "carla",
      null,
      /^Home Assistant could not be asked yet .*as soon as it answers/,
    ],
  ] as const)("to %s behind ingress who wants to act", async (_case, user_id, answer, message) => {
    const guard = aGuard({ ingressPeer: SUPERVISOR, admins: () => Promise.resolve(answer) });
    const access = await guard.accessOf({ by: "ingress", user_id, user_name: null });
    expect(() => assertAllowed(access, "act")).toThrow(message);
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
    expect(door.requests.map(({ origin }) => origin)).toEqual([
      { kind: "api", name: "Ännchen Ω", automation: false, user_id: "anna" },
    ]);
  });

  test("the user's headers mean nothing from anybody but ingress", async () => {
    const { post, door } = await aStage({ ingressPeer: INGRESS, admins });
    const headers = { "x-remote-user-id": "berta", "x-remote-user-display-name": "Berta" };
    expect((await post("/api/commands", command, { headers })).status).toBe(202);
    expect(door.requests[0]?.origin).toMatchObject({ name: null });
    expect(door.requests[0]?.origin).not.toHaveProperty("user_id");
  });
});

/** UTF-8 bytes as a header carries them. */
function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

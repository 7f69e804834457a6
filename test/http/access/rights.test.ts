import { describe, expect, test } from "vitest";
import {
  METHODS,
  RIGHTS_BY_ADDRESS,
  RIGHTS_BY_MESSAGE,
  STANDINGS,
  accessOf,
  refusalOf,
  rightFor,
} from "../../../src/http/access/rights.ts";
import type { Address, Method } from "../../../src/http/access/rights.ts";
import { models } from "../../../src/http/openapi/models.ts";
import { paths } from "../../../src/http/openapi/paths.ts";
import type { Problem } from "../../../src/problem.ts";
import { anEntry } from "../../activity/house.ts";
import { anAccount } from "../../state/models.ts";
import { INGRESS, aStage } from "../stage.ts";
import type { Stage } from "../stage.ts";

const ADDRESSES = Object.keys(RIGHTS_BY_ADDRESS) as Address[];
/** What nobody may do who is no administrator. */
const REFUSED_TO_MEMBERS = ADDRESSES.flatMap((path) =>
  METHODS.filter((method) => ["act", "read_activity"].includes(rightFor(path, method) ?? "")).map(
    (method) => [method, path] as const,
  ),
);
const ANOTHER_CONTAINER = "127.0.0.3";

describe("the tables of rights", () => {
  test("have every address of the API with its methods, and no other", () => {
    const described = Object.fromEntries(
      Object.entries(paths).map(([path, { get, post, delete: remove }]) => [
        path,
        [...(remove ? ["DELETE"] : []), ...(get ? ["GET"] : []), ...(post ? ["POST"] : [])],
      ]),
    );
    const listed = Object.fromEntries(ADDRESSES.map((path) => [path, Object.keys(RIGHTS_BY_ADDRESS[path]).sort()]));
    expect(listed).toEqual(described);
  });

  test("have every message of the live feed, and no other", () => {
    const messages = models["FeedMessage"]?.["oneOf"] as { properties: { type: { const: string } } }[];
    expect(Object.keys(RIGHTS_BY_MESSAGE)).toEqual(messages.map(({ properties }) => properties.type.const));
  });

  test("let only administrators act, whatever the setting", () => {
    for (const standing of STANDINGS) {
      for (const open of [false, true]) {
        expect([standing, refusalOf(accessOf(standing, open), "act") === null]).toEqual([
          standing,
          standing === "administrator",
        ]);
      }
    }
    for (const path of ADDRESSES) {
      const needed = rightFor(path, "POST");
      if (path !== "/logout") expect([path, needed ?? "act"]).toEqual([path, "act"]);
    }
  });

  test("let others ask for no more than this", () => {
    const open = ADDRESSES.flatMap((path) =>
      METHODS.filter((method) => ["look", "anybody"].includes(rightFor(path, method) ?? "")).map(
        (method) => `${method} ${path}`,
      ),
    );
    expect(open).toEqual([
      "GET /api/state",
      "GET /api/providers",
      "GET /api/accounts",
      "GET /api/devices",
      "GET /api/integration",
      "GET /api/home-assistant/connect",
      "GET /api/token/status",
      "GET /api/live",
      "GET /api/openapi.json",
      "GET /oauth/callback",
      "GET /api/session",
      "POST /logout",
      "GET /health",
      "GET /health/live",
    ]);
  });

  test.each(STANDINGS)("open what happened to %s with the setting, which is off by default", (standing) => {
    expect(accessOf(standing, true).rights).toContain("read_activity");
    expect(accessOf(standing, false).rights.includes("read_activity")).toBe(standing === "administrator");
  });

  test("say in one sentence why somebody may not", () => {
    expect(refusalOf(accessOf("member", false), "act")).toBe("Only administrators of Home Assistant can do this.");
    expect(refusalOf(accessOf("member", false), "read_activity")).toBe(
      "Only administrators of Home Assistant can read this, unless the setting members_read_activity is on.",
    );
    expect(refusalOf(accessOf("unconfirmed", false), "act")).toMatch(/could not be asked yet .*as soon as it answers/);
    expect(refusalOf(accessOf("unnamed", false), "act")).toMatch(/did not say who you are: open .*sidebar/);
  });
});

describe("on the wire, behind ingress", () => {
  const admins = (user_id: string): Promise<boolean | null> =>
    Promise.resolve(user_id === "carla" ? null : user_id === "anna");
  const as = (user_id: string | readonly string[]): { from: string; headers: Record<string, string | string[]> } => ({
    from: INGRESS,
    headers: { "x-remote-user-id": typeof user_id === "string" ? user_id : [...user_id] },
  });
  const send = (stage: Stage, method: Method, path: string, who: object): ReturnType<Stage["ask"]> =>
    stage.ask(path, { method, ...(method === "POST" ? { body: "{}" } : {}), ...who });

  test.for(REFUSED_TO_MEMBERS)("%s %s is refused to who is no administrator", async ([method, path]) => {
    const stage = await aStage({ ingressPeer: INGRESS, admins });
    const before = stage.picture.snapshot();
    const { status, json } = await send(stage, method, path, as("berta"));
    expect(status).toBe(403);
    if (method === "GET") expect((await stage.ask(path, { method: "HEAD", ...as("berta") })).status).toBe(403);
    expect(json).toMatchObject({ code: "forbidden", retryable: false, detail: expect.stringMatching(/^Only admin/) });
    expect(stage.picture.snapshot()).toEqual(before);
  });

  test("an administrator is refused nothing, and others are not refused what they may", async () => {
    const stage = await aStage({ ingressPeer: INGRESS, admins });
    for (const path of ADDRESSES) {
      for (const method of METHODS.filter((each) => rightFor(path, each) !== undefined)) {
        expect([path, (await send(stage, method, path, as("anna"))).status]).not.toEqual([path, 403]);
        if (REFUSED_TO_MEMBERS.some(([its, one]) => its === method && one === path)) continue;
        expect([path, (await send(stage, method, path, as("berta"))).status]).not.toEqual([path, 403]);
      }
    }
  });

  test("with members_read_activity others read everything, and act no more than before", async () => {
    const stage = await aStage({ ingressPeer: INGRESS, admins, membersReadActivity: true });
    for (const [method, path] of REFUSED_TO_MEMBERS) {
      const { status } = await send(stage, method, path, as("berta"));
      expect([method, path, status === 403]).toEqual([method, path, rightFor(path, method) === "act"]);
    }
  });

  test("what others read of the picture holds neither who did what, nor whose sign-in it is", async () => {
    const stage = await aStage({ ingressPeer: INGRESS, admins });
    await stage.post("/api/commands", { device_id: "door", name: "lock" }, as("anna"));
    stage.picture.update({ accounts: [anAccount({ cloud_user: "anna@example.com", recent: [ANNAS_SIGN_IN] })] });
    for (const path of ["/api/state", "/api/accounts"]) {
      const { text } = await stage.ask(path, as("berta"));
      for (const hidden of ["anna", "client\\b", "oauth/callback", "command-1"]) {
        expect(text).not.toMatch(new RegExp(`"[^"]*${hidden}[^"]*"(?!:)`));
      }
      expect(text).toContain('"status":"fresh"');
      expect((await stage.ask(path, as("anna"))).text).toContain("anna@example.com");
    }
  });

  test.for([false, true])("a code for another device is for who may act, members_read_activity: %s", async (open) => {
    const stage = await aStage({ ingressPeer: INGRESS, admins, membersReadActivity: open });
    const code = { user_code: "USER-CODE", verification_uri: "https://cloud.example/activate" };
    const device_code = { ...code, verification_uri_complete: "https://cloud.example/USER-CODE", expires_at: 1000 };
    stage.picture.update({ accounts: [anAccount({ device_code })] });
    const hidden = { user_code: null, verification_uri: null, verification_uri_complete: null, expires_at: 1000 };
    for (const path of ["/api/state", "/api/accounts"]) {
      for (const other of ["berta", "carla", " "]) {
        const { json, text } = await stage.ask(path, as(other));
        expect(json).toMatchObject({ accounts: [{ device_code: hidden }] });
        expect(text).not.toMatch(/USER-CODE|activate/);
      }
      expect((await stage.ask(path, as("anna"))).json).toMatchObject({ accounts: [{ device_code }] });
    }
  });

  test("the session says who one is and what that allows, and that it is not known yet", async () => {
    const { ask } = await aStage({ ingressPeer: INGRESS, admins });
    const told = async (id: string): Promise<unknown> => (await ask("/api/session", as(id))).json;
    expect(await told("anna")).toMatchObject({ standing: "administrator", rights: ["look", "read_activity", "act"] });
    expect(await told("berta")).toMatchObject({ standing: "member", rights: ["look"] });
    expect(await told("carla")).toMatchObject({ standing: "unconfirmed", rights: ["look"] });
    expect(await told(" ")).toMatchObject({ standing: "unnamed", rights: ["look"] });
    expect((await ask("/api/log", as("carla"))).json).toMatchObject({ code: "forbidden", retryable: true });
  });

  test("an id that came twice is nobody's: what was added to a request makes no administrator", async () => {
    const { ask } = await aStage({ ingressPeer: INGRESS, admins });
    for (const ids of [
      ["berta", "anna"],
      ["anna", "berta"],
      ["anna", "anna"],
    ]) {
      expect((await ask("/api/session", as(ids))).json).toMatchObject({ standing: "member" });
    }
  });

  test("another container gets nothing by forged headers, and is told what this port is for", async () => {
    const stage = await aStage({ ingressPeer: INGRESS, admins });
    stage.activity.add(anEntry());
    const before = stage.picture.snapshot();
    const headers = {
      "x-remote-user-id": "anna",
      "x-remote-user-name": "anna",
      "x-ingress-path": "/api/hassio_ingress/token",
      "x-hass-source": "core.ingress",
      "x-forwarded-for": INGRESS,
      "x-real-ip": "127.0.0.1",
    };
    const reserved = {
      code: "forbidden",
      detail: "This port is reserved for Home Assistant: open the gateway from the sidebar there.",
    } satisfies { code: Problem["code"]; detail: string };
    const forged = { headers, from: ANOTHER_CONTAINER };
    // A container is no loopback address; here one of them plays it, so it is the forwarding that gives it away.
    for (const path of ADDRESSES.filter((each) => rightFor(each, "GET") !== "anybody")) {
      for (const method of METHODS) expect((await send(stage, method, path, forged)).json).toMatchObject(reserved);
    }
    expect((await stage.ask("/", forged)).json).toMatchObject(reserved);
    expect(await stage.feed(headers, ANOTHER_CONTAINER).refused()).toMatchObject({ status: 403, json: reserved });
    expect(stage.picture.snapshot()).toEqual(before);
    expect(stage.sink.tail("warn")).toMatchObject([{ message: "A request was refused." }]);
    expect((await stage.ask("/api/state", as("anna"))).status).toBe(200);
  });
});

const ANNAS_SIGN_IN = {
  at: 1,
  kind: "signed_in",
  generation: 1,
  class: null,
  code: null,
  message: "Signed in as anna@example.com.",
} as const;

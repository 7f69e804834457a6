import { describe, expect, test } from "vitest";
import { SMALLEST_COMPRESSED_BYTES } from "../../../src/http/encoding/answer-text.ts";
import { anEntry } from "../../activity/house.ts";
import { aDevice, anAccount } from "../../state/models.ts";
import { aStage } from "../stage.ts";
import type { Stage } from "../stage.ts";
import { wire } from "./wire.ts";

const BROWSER = { "accept-encoding": "gzip, deflate, br, zstd" };

const CLIENT = { client_id: "client", client_secret: "canary", redirect_uri: "http://localhost/oauth/callback" };

function prefixes(): string[] {
  return Array.from({ length: 30 }, (_, index) => `/a-rather-long-way-to-something/${index}/`);
}

async function aHouse(locks = 500): Promise<Stage> {
  const stage = await aStage();
  stage.picture.update({ devices: Array.from({ length: locks }, (_, index) => aDevice({ id: `door-${index}` })) });
  return stage;
}

describe("what the API answers to a browser", () => {
  test("is compressed: 500 locks are a twentieth of what they were", async () => {
    const { port, picture } = await aHouse();
    const { headers, body, text } = await wire(port, "/api/state", BROWSER);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "content-encoding": "gzip",
      "content-length": String(body.length),
      vary: "Accept-Encoding",
      "cache-control": "no-store",
    });
    expect(JSON.parse(text)).toEqual(picture.snapshot());
    expect(body.length).toBeLessThan(text.length / 20);
  });

  test.each([
    "/api/devices",
    "/api/accounts",
    "/api/providers",
    "/api/openapi.json",
    "/api/activity",
    "/api/log",
    "/metrics",
  ])("is the same for all: %s", async (path) => {
    const { port, picture, activity, sink } = await aHouse();
    picture.update({ accounts: [anAccount({ name: "x".repeat(2000) })] });
    for (let entry = 0; entry < 20; entry += 1) activity.add(anEntry());
    sink.log.info("y".repeat(2000));
    const [packed, plain] = [await wire(port, path, BROWSER), await wire(port, path)];
    expect([packed.headers["content-encoding"], packed.headers.vary]).toEqual(["gzip", "Accept-Encoding"]);
    expect([plain.headers["content-encoding"], plain.headers.vary]).toEqual([undefined, "Accept-Encoding"]);
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
    if (path !== "/metrics") expect(JSON.parse(packed.text)).toEqual(JSON.parse(plain.text));
  });

  test("is as new as the picture", async () => {
    const { port, picture } = await aHouse();
    await wire(port, "/api/devices", BROWSER);
    picture.update({ devices: [aDevice({ id: "door-3", lock_state: "jammed" })] });
    expect((await wire(port, "/api/devices", BROWSER)).text).toContain("jammed");
  });

  test("is the same by HEAD, without a body", async () => {
    const { port } = await aHouse();
    const { headers } = await wire(port, "/api/devices", BROWSER);
    const asked = await wire(port, "/api/devices", BROWSER, { method: "HEAD" });
    expect(asked.body).toHaveLength(0);
    for (const name of ["content-length", "content-encoding", "content-type", "vary"]) {
      expect([name, asked.headers[name]]).toEqual([name, headers[name]]);
    }
  });

  test("is sent as it is where that is short", async () => {
    const { port } = await aStage();
    for (const path of ["/api/commands", "/health/live", "/api/session", "/nothing"]) {
      const { headers, body } = await wire(port, path, BROWSER);
      expect([path, headers["content-encoding"], headers.vary]).toEqual([path, undefined, undefined]);
      expect(body.length).toBeLessThan(SMALLEST_COMPRESSED_BYTES);
    }
  });
});

describe("a client", () => {
  test.each([
    ["says nothing", undefined],
    ["wants it as it is", "identity"],
    ["refuses gzip", "gzip;q=0"],
    ["would rather have it as it is", "identity, gzip;q=0.5"],
    ["knows only what the gateway does not", "deflate, zstd"],
    ["says what is none", ";;;"],
    ["says nothing at all", ""],
  ])("that %s gets the plain text, with its length", async (_case, accepted) => {
    const { port, picture } = await aHouse(20);
    const { headers, body } = await wire(
      port,
      "/api/state",
      accepted === undefined ? {} : { "accept-encoding": accepted },
    );
    expect([headers["content-encoding"], headers["content-length"]]).toEqual([undefined, String(body.length)]);
    expect(headers.vary).toBe("Accept-Encoding");
    expect(JSON.parse(body.toString())).toEqual(picture.snapshot());
  });

  test.each(["gzip", "GZIP", "*", "gzip;q=0.5", "br;q=1, gzip;q=0.1", "x, gzip"])(
    "that says %s gets gzip",
    async (accepted) => {
      const { port, picture } = await aHouse(20);
      const { headers, text } = await wire(port, "/api/state", { "accept-encoding": accepted });
      expect(headers["content-encoding"]).toBe("gzip");
      expect(JSON.parse(text)).toEqual(picture.snapshot());
    },
  );

  test("that leaves early keeps nobody else from an answer", async () => {
    const { port } = await aHouse();
    const [, there] = await Promise.all([
      fetch(`http://127.0.0.1:${port}/api/state`, { headers: BROWSER, signal: AbortSignal.timeout(1) }).catch(
        () => null,
      ),
      wire(port, "/api/state", BROWSER),
    ]);
    expect(there.status).toBe(200);
  });
});

describe("what holds a secret is never compressed", () => {
  test.each([
    [
      "a new client's token",
      "/api/broker/clients",
      { name: "Car", accounts: ["home"], path_prefixes: prefixes() },
      201,
    ],
    ["the link of a sign-in", "/api/accounts/authorise", { account_id: "home" }, 200],
    ["what an account was made of", "/api/accounts", { name: "n".repeat(100), provider: "utec", ...CLIENT }, 201],
  ])("%s", async (_case, path, body, status) => {
    const { port } = await aStage();
    const answer = await wire(port, path, BROWSER, { method: "POST", body });
    expect([answer.status, answer.headers["content-encoding"]]).toEqual([status, undefined]);
    expect(JSON.parse(answer.body.toString())).toBeTypeOf("object");
  });

  test("the code of a sign-in on another device, as long as there is one", async () => {
    const { port, picture } = await aHouse();
    const code = {
      user_code: "USER-CODE",
      verification_uri: "https://cloud.example/activate",
      verification_uri_complete: null,
      expires_at: 1000,
    };
    const account = anAccount({ name: "x".repeat(2000), device_code: code });
    picture.update({ accounts: [account] });
    for (const path of ["/api/state", "/api/accounts"]) {
      const { headers, text } = await wire(port, path, BROWSER);
      expect([path, headers["content-encoding"], text.includes("USER-CODE")]).toEqual([path, undefined, true]);
    }
    expect((await wire(port, "/api/devices", BROWSER)).headers["content-encoding"]).toBe("gzip");
    picture.update({ accounts: [{ ...account, device_code: null }] });
    expect((await wire(port, "/api/state", BROWSER)).headers["content-encoding"]).toBe("gzip");
  });
});

test("the live feed sends its messages as they are, to a browser that would take them compressed, too", async () => {
  const { feed } = await aHouse();
  const page = feed(BROWSER);
  await page.next();
  expect(page.socket.extensions).toBe("");
});

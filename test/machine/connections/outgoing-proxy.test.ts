import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { openSocket } from "../../../src/home-assistant/connection/socket.ts";
import type { CoreSocket } from "../../../src/home-assistant/connection/socket.ts";
import { httpFetch } from "../../../src/jobs/http-fetch.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { ProxyServer } from "../../../src/outgoing/proxy-server.ts";
import { proxyFor, proxyName } from "../../../src/outgoing/proxy.ts";
import type { ProxySettings } from "../../../src/outgoing/proxy.ts";
import { Transport } from "../../../src/utec/cloud/transport.ts";
import type { TransportOptions } from "../../../src/utec/cloud/transport.ts";
import { FakeHomeAssistant } from "../../home-assistant-link/fake-home-assistant.ts";
import { DETAILS } from "../../keeper/house.ts";
import type { House } from "../../keeper/house.ts";
import { streetForEach } from "../../keeper/street.ts";
import { hasOpenssl, selfSigned, tlsFront } from "./certificate.ts";
import type { Certificate } from "./certificate.ts";
import { ForwardProxy } from "./forward-proxy.ts";
import { Stage } from "../stage.ts";

/**
 * A real forward proxy, which alone knows where the names of these tests lead: whatever arrives there has gone through
 * it, and a look-up of a name would fail.
 */
const street = streetForEach();
const CREDENTIALS = "gateway:canary@proxy/password";
const CANARY = /canary|Y2FuYXJ5|Z2F0ZXdheTpjYW5hcnk/;
const ends: (() => void | Promise<void>)[] = [];
let certificate: Certificate;
let authorities: string[] = [];

beforeAll(() => {
  if (!hasOpenssl) return;
  certificate = selfSigned("DNS:cloud.test,DNS:ha.test,IP:127.0.0.1");
  authorities = getCACertificates("default");
  setDefaultCACertificates([...authorities, certificate.cert.toString()]);
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => {
  if (hasOpenssl) setDefaultCACertificates(authorities);
});

async function aProxy(credentials?: string): Promise<ForwardProxy> {
  const proxy = await ForwardProxy.start(credentials === undefined ? {} : { credentials });
  ends.push(() => proxy.stop());
  return proxy;
}

/** Has the proxy lead `name` (host and port) to a port on loopback, through TLS where it says so. */
async function lead(proxy: ForwardProxy, name: string, url: string, secured = name.endsWith(":443")): Promise<void> {
  const { port } = new URL(url);
  if (!secured) return void proxy.hosts.set(name, port);
  const front = await tlsFront(certificate, Number(port));
  ends.push(front.stop);
  proxy.hosts.set(name, String(front.port));
}

function through(url: string): ProxySettings {
  return { http: url, https: url, exceptions: [] };
}

async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A gateway whose cloud is at a name; its worker's procedure in this thread. */
function aHouse(cloud: string, proxies: ProxySettings): House {
  return street.build({
    fetch: httpFetch(proxies),
    proxyOf: (url) => {
      const proxy = proxyFor(proxies, url);
      return proxy === null ? null : proxyName(proxy);
    },
    providers: [{ ...utecProvider({ oauthUrl: cloud, apiUrl: cloud }), revocationUrl: `${cloud}/revoke` }],
  });
}

describe.skipIf(!hasOpenssl).each([
  ["without", undefined],
  ["with", CREDENTIALS],
])("through a proxy %s a password", (_, credentials) => {
  test("an encrypted cloud is signed in to, asked who it is, refreshed and told of the end", async () => {
    const proxy = await aProxy(credentials);
    await lead(proxy, "cloud.test:443", street.server.url);
    const house = aHouse("https://cloud.test", through(proxy.url));
    const { id } = house.keeper.addAccount(DETAILS);
    await house.keeper.exchange(street.server.code(), id);
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(house.keeper.accounts()).toMatchObject([{ status: "fresh", generation: 2, last_error: null }]);
    await house.keeper.signOut(id);
    expect(proxy.asked).toEqual(Array(4).fill("CONNECT cloud.test:443"));
    expect(street.server.identityCalls).toBe(1);
    expect(house.lines.join("")).not.toMatch(/canary@proxy|canary%40/);
  });

  test("commands leave on one tunnel, which is kept", async () => {
    const proxy = await aProxy(credentials);
    const seen: unknown[] = [];
    const cloud = await serverThat((request, response) => {
      seen.push([request.url, request.headers["proxy-authorization"]]);
      response.end("{}");
    });
    await lead(proxy, "cloud.test:443", cloud);
    const transport = aTransport({ proxies: through(proxy.url) });
    for (let call = 0; call < 3; call += 1) {
      expect(await post(transport, "https://cloud.test/action")).toMatchObject({ status: 200, body: "{}" });
    }
    expect(proxy.asked).toEqual(["CONNECT cloud.test:443"]);
    expect(seen).toEqual(Array.from({ length: 3 }, () => ["/action", undefined]));
  });

  test("plain HTTP is sent there with its whole address, and the password stays with the proxy", async () => {
    const proxy = await aProxy(credentials);
    const seen: unknown[] = [];
    const cloud = await serverThat(({ url, headers }, response) => {
      seen.push([url, headers.host, headers["proxy-authorization"]]);
      response.end("{}");
    });
    await lead(proxy, "cloud.test", cloud);
    const transport = aTransport({ proxies: through(proxy.url) });
    for (let call = 0; call < 2; call += 1) await post(transport, "http://cloud.test/action?a=1");
    expect(proxy.asked).toEqual(Array(2).fill("POST http://cloud.test/action?a=1"));
    expect(seen).toEqual(Array.from({ length: 2 }, () => ["/action?a=1", "cloud.test", undefined]));
  });

  test.each([
    ["https://ha.test", "ha.test:443"],
    ["http://ha.test:8123", "ha.test:8123"],
  ])("the link goes to %s by a tunnel", async (url, target) => {
    const [proxy, home] = [await aProxy(credentials), await aHome()];
    await lead(proxy, target, home.url);
    const socket = await dial({ kind: "direct", url, token: home.token }, through(proxy.url));
    expect(socket.haVersion).toBe("2026.11.0");
    await home.untilReceived("supported_features");
    expect(proxy.asked).toEqual([`CONNECT ${target}`]);
    socket.close();
    await home.until(() => home.connected === 0);
  });

  test("a worker goes through it as well", async () => {
    const proxy = await aProxy(credentials);
    const stage = await Stage.set({ cloudUrl: "http://cloud.test", proxies: through(proxy.url) });
    onTestFinished(() => stage.strike());
    await lead(proxy, "cloud.test", stage.server.url);
    const id = await stage.signIn();
    expect(stage.keeper.accounts()).toMatchObject([{ id, status: "fresh", generation: 1 }]);
    expect(proxy.asked).toEqual(["POST http://cloud.test/token", "POST http://cloud.test/action"]);
    expect(stage.lines.join("")).not.toMatch(/canary@proxy|canary%40/);
  });
});

describe("straight go", () => {
  test("calls to this machine", async () => {
    const proxy = await aProxy();
    const cloud = await serverThat((_request, response) => response.end("{}"));
    const transport = aTransport({ proxies: through(proxy.url) });
    expect(await post(transport, `${cloud}/action`)).toMatchObject({ status: 200 });
    expect(await post(transport, `${cloud.replace("127.0.0.1", "localhost")}/action`)).toMatchObject({ status: 200 });
    expect((await httpFetch(through(proxy.url))(`${cloud}/token`, {})).status).toBe(200);
    expect(proxy.asked).toEqual([]);
  });

  test("the Supervisor's link, whatever the proxy is for", async () => {
    const [proxy, home] = [await aProxy(), await aHome()];
    const socket = await dial({ kind: "supervisor", url: home.url, token: home.token }, through(proxy.url));
    socket.close();
    expect(proxy.asked).toEqual([]);
  });
});

describe.skipIf(!hasOpenssl)("whether a command may have been acted on is known through a proxy as well", () => {
  test.each(["https://cloud.test/action", "http://cloud.test/action"])(
    "it may, when the connection to %s breaks after the request arrived",
    async (url) => {
      const proxy = await aProxy();
      let requests = 0;
      const cloud = await serverThat((request) => {
        request.resume().on("end", () => {
          requests += 1;
          request.socket.destroy();
        });
      });
      await lead(proxy, url.startsWith("https:") ? "cloud.test:443" : "cloud.test", cloud);
      await expect(post(aTransport({ proxies: through(proxy.url) }), url)).rejects.toMatchObject({
        code: "lost",
        mayHaveActed: true,
        message: `The connection to cloud.test through the proxy ${proxyName(proxy.url)} broke before the answer arrived.`,
      });
      expect(requests).toBe(1);
    },
  );

  test("it may, when the answer does not come in time", async () => {
    const proxy = await aProxy();
    await lead(proxy, "cloud.test:443", await serverThat(() => {}));
    const transport = aTransport({ proxies: through(proxy.url), timeoutMs: 500 });
    await expect(post(transport, "https://cloud.test/action")).rejects.toMatchObject({
      code: "timeout",
      mayHaveActed: true,
      message: `No answer from cloud.test through the proxy ${proxyName(proxy.url)} within 0.5 s.`,
    });
  });

  test.each<[what: string, fault: (socket: Socket) => void, code: string]>([
    ["opens no tunnel", (socket) => socket.end("HTTP/1.1 403 No\r\n\r\n"), "unreachable"],
    ["hangs", () => {}, "timeout"],
    ["breaks off", (socket) => socket.destroy(), "unreachable"],
    ["answers in the cloud's place", (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n<html>"), "unreachable"],
  ])("it can't, when the proxy %s", async (_, fault, code) => {
    const proxy = await aProxy();
    proxy.fault = fault;
    const transport = aTransport({ proxies: through(proxy.url), timeoutMs: 300 });
    await expect(post(transport, "https://cloud.test/action")).rejects.toMatchObject({ code, mayHaveActed: false });
  });

  test("it can't, when whoever is at the end of the tunnel shows a certificate for another name", async () => {
    const proxy = await aProxy();
    let requests = 0;
    await lead(proxy, "another.test:443", await serverThat(() => (requests += 1)));
    await expect(
      post(aTransport({ proxies: through(proxy.url) }), "https://another.test/action"),
    ).rejects.toMatchObject({
      code: "unreachable",
      mayHaveActed: false,
      message: "No connection to another.test: its certificate is for another name.",
    });
    await expect(httpFetch(through(proxy.url))("https://another.test/token", {})).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
    expect(requests).toBe(0);
  });

  test("it can't, when the proxy is not there", async () => {
    const proxy = await aProxy();
    const { url } = proxy;
    await proxy.stop();
    for (const protocol of ["https", "http"]) {
      await expect(
        post(aTransport({ proxies: through(url) }), `${protocol}://cloud.test/action`),
      ).rejects.toMatchObject({
        code: "unreachable",
        mayHaveActed: false,
        message: `No connection to cloud.test: the proxy ${proxyName(url)} refused the connection.`,
      });
    }
  });
});

describe.skipIf(!hasOpenssl)("what a proxy does is an outage that names it, costs no token, and ends by itself", () => {
  const NO = "The U-tec cloud can't be reached: the proxy PROXY ";
  const PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Welcome to the hotel";
  test.each<[what: string, fault: (socket: Socket) => void, code: string, sentence: string]>([
    [
      "a password it does not take",
      (socket) => socket.end("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n"),
      "proxy_wants_sign_in",
      `${NO}does not accept the user name and password (407)`,
    ],
    [
      "a rule against the cloud",
      (socket) => socket.end("HTTP/1.1 403 Blocked\r\nContent-Length: 5\r\n\r\n<html"),
      "proxy_refused",
      `${NO}does not let the gateway through to cloud.test:443 (403)`,
    ],
    [
      "its own sign-in page",
      (socket) => socket.end("HTTP/1.1 302 Found\r\nLocation: http://hotel.test/\r\n\r\n"),
      "proxy_refused",
      `${NO}does not let the gateway through to cloud.test:443 (302)`,
    ],
    [
      "no way to the cloud",
      (socket) => socket.end("HTTP/1.1 504 Gone\r\n\r\n"),
      "proxy_refused",
      `${NO}did not reach cloud.test:443 (504)`,
    ],
    ["a broken connection", (socket) => socket.destroy(), "proxy_unreachable", `${NO}broke the connection`],
    [
      "what is no HTTP",
      (socket) => socket.end("220 smtp.test ESMTP\r\n"),
      "proxy_refused",
      `${NO}answered with something that is no HTTP`,
    ],
    [
      "a page in the cloud's place",
      (socket) => socket.end(PAGE),
      "encryption_failed",
      "No encrypted connection to the U-tec cloud through the proxy PROXY came about: something on the way may have answered",
    ],
    ["silence", () => undefined, "timeout", "The U-tec cloud did not answer through the proxy PROXY within 0.5 s"],
  ])("%s", async (_, fault, code, sentence) => {
    const { proxy, house, refresh } = await signedIn();
    const before = house.vault.tokens.newest(account(house).id);
    proxy.fault = fault;
    if (code === "timeout") house.world.callTimeoutMs = 500;
    await refresh();
    expect(account(house)).toMatchObject({
      status: "retrying",
      reason: "cloud_unreachable",
      last_error: {
        class: "transient",
        code,
        message: `${sentence.replace("PROXY", proxyName(proxy.url))}; the gateway tries again by itself.`,
      },
    });
    expect(house.vault.tokens.newest(account(house).id)).toEqual(before);
    expect(await house.keeper.getToken(account(house).id)).toMatchObject({ generation: 1 });
    expect(JSON.stringify(house.keeper.accounts()) + house.lines.join("")).not.toMatch(/canary@proxy|canary%40/);

    proxy.fault = null;
    house.world.callTimeoutMs = 5000;
    await refresh();
    expect(account(house)).toMatchObject({ status: "fresh", generation: 2, last_error: null });
    expect(street.server.presented).toHaveLength(1);
  });

  test("a proxy that is not there", async () => {
    const { proxy, house, refresh } = await signedIn();
    const { port, url } = proxy;
    await proxy.stop();
    await refresh();
    expect(account(house).last_error).toMatchObject({
      class: "transient",
      code: "proxy_unreachable",
      message: `The U-tec cloud can't be reached: the proxy ${proxyName(url)} refused the connection; the gateway tries again by itself.`,
    });
    await proxy.listen(port);
    await refresh();
    expect(account(house)).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("plain HTTP whose proxy wants a password", async () => {
    const proxy = await aProxy("somebody:else");
    await lead(proxy, "cloud.test", street.server.url);
    const house = aHouse("http://cloud.test", through(proxy.url.replace(/somebody.*@/, "")));
    const { id } = house.keeper.addAccount(DETAILS);
    await expect(house.keeper.exchange(street.server.code(), id)).rejects.toMatchObject({
      message: expect.stringContaining(
        "A proxy on the way to the U-tec cloud wants a sign-in of its own (407)",
      ) as string,
    });
    expect(street.server.calls).toBe(0);
  });

  test("one that is spoken to by TLS and has none is named so, with what to correct", async () => {
    const proxy = await aProxy();
    const proxies = through(proxy.url.replace("http:", "https:"));
    await expect(post(aTransport({ proxies }), "https://cloud.test/action")).rejects.toMatchObject({
      message: `No connection to cloud.test: the proxy ${proxyName(proxy.url)} speaks no TLS: its address may have to begin with http://.`,
    });
  });

  test("one that is spoken to by TLS and has it leads on", async () => {
    const proxy = await aProxy(CREDENTIALS);
    await lead(proxy, "cloud.test:443", await serverThat((_request, response) => response.end("{}")));
    const front = await tlsFront(certificate, proxy.port);
    ends.push(front.stop);
    const proxies = through(proxy.url.replace("http:", "https:").replace(String(proxy.port), String(front.port)));
    expect(await post(aTransport({ proxies }), "https://cloud.test/action")).toMatchObject({ status: 200 });
  });

  test.each<[what: string, fault: (socket: Socket) => void, words: string]>([
    [
      "does not let it through",
      (socket) => socket.end("HTTP/1.1 403 No\r\n\r\n"),
      "(403); if Home Assistant is at home, name it in NO_PROXY",
    ],
    ["hangs", () => {}, "no answer through the proxy"],
  ])("the link says so when the proxy %s, and blames no token", async (_, fault, words) => {
    const proxy = await aProxy(CREDENTIALS);
    proxy.fault = fault;
    const dialled = dial({ kind: "direct", url: "https://ha.test", token: "x" }, through(proxy.url), 500);
    const error: unknown = await dialled.catch((error: unknown) => error);
    expect(error).toMatchObject({ reason: "unreachable", message: expect.stringContaining(words) as string });
    expect(String(error)).toContain(proxyName(proxy.url));
    expect(String(error)).not.toMatch(CANARY);
  });
});

test("a proxy that hangs is hung up on in time, whoever waits", async () => {
  const proxy = await aProxy();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  proxy.fault = (socket) => socket.on("end", () => resolve()).resume();
  const way = new ProxyServer(proxy.url, 100).tunnel({ host: "cloud.test", port: 443 });
  await expect(way).rejects.toMatchObject({
    code: "proxy_unreachable",
    message: `the proxy ${proxyName(proxy.url)} did not answer in time`,
  });
  await closed;
});

function aTransport(options: TransportOptions): Transport {
  const transport = new Transport(options);
  ends.push(() => transport.close());
  return transport;
}

function post(transport: Transport, url: string): ReturnType<Transport["post"]> {
  return transport.post(new URL(url), { headers: { authorization: "Bearer t" }, body: "{}" });
}

async function aHome(): Promise<FakeHomeAssistant> {
  const home = new FakeHomeAssistant();
  await home.start();
  ends.push(() => home.stop());
  return home;
}

function dial(target: Parameters<typeof openSocket>[0], proxies: ProxySettings, timeoutMs = 5000): Promise<CoreSocket> {
  const { signal } = new AbortController();
  return openSocket(target, { clock: systemClock, timeoutMs, signal, proxies, onBroken: () => {} });
}

function account(house: House): AccountState {
  const [only] = house.keeper.accounts();
  if (only === undefined) throw new Error("There is no account.");
  return only;
}

async function signedIn(): Promise<{ proxy: ForwardProxy; house: House; refresh: () => Promise<unknown> }> {
  const proxy = await aProxy(CREDENTIALS);
  await lead(proxy, "cloud.test:443", street.server.url);
  const house = aHouse("https://cloud.test", through(proxy.url));
  const { id } = house.keeper.addAccount(DETAILS);
  await house.keeper.exchange(street.server.code(), id);
  const refresh = (): Promise<unknown> => house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  return { proxy, house, refresh };
}

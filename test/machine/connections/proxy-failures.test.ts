import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { ProxyServer } from "../../../src/outgoing/proxy-server.ts";
import { proxyName } from "../../../src/outgoing/proxy.ts";
import { DETAILS } from "../../keeper/house.ts";
import { hasOpenssl, tlsFront } from "./certificate.ts";
import { CANARY, CREDENTIALS, account, behindProxy, dial, post, through } from "./behind-proxy.ts";

const { street, ends, aProxy, lead, serverThat, aHouse, aTransport, signedIn, theCertificate } = behindProxy();

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
    const front = await tlsFront(theCertificate(), proxy.port);
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

import type { Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { httpFetch } from "../../../src/jobs/http-fetch.ts";
import { proxyName } from "../../../src/outgoing/proxy.ts";
import { DETAILS } from "../../keeper/house.ts";
import { hasOpenssl } from "./certificate.ts";
import { Stage } from "../stage.ts";
import { CREDENTIALS, behindProxy, dial, post, through } from "./behind-proxy.ts";

const { street, aProxy, lead, serverThat, aHouse, aTransport, aHome } = behindProxy();

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

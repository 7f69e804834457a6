import { describe, expect, test } from "vitest";
import { readException } from "../../src/outgoing/exception.ts";
import { proxyFor, proxyName, proxyNames } from "../../src/outgoing/proxy.ts";
import type { ProxySettings } from "../../src/outgoing/proxy.ts";

const HTTP = "http://plain.lan:3128/";
const HTTPS = "http://user:canary@secure.lan:8080/";

function settings(noProxy = "", addresses: Partial<ProxySettings> = {}): ProxySettings {
  const exceptions = noProxy
    .split(",")
    .map(readException)
    .filter((exception) => exception !== null);
  return { http: HTTP, https: HTTPS, exceptions, ...addresses };
}

describe("where a call goes through", () => {
  test.each<[url: string, proxy: string | null]>([
    ["https://cloud.test/token", HTTPS],
    ["wss://ha.test/api/websocket", HTTPS],
    ["http://cloud.test/token", HTTP],
    ["ws://ha.test:8123/api/websocket", HTTP],
    ["http://127.0.0.1:8099/", null],
    ["http://127.9.9.9:8099/", null],
    ["https://localhost:8123/", null],
    ["https://cloud.localhost./", null],
    ["https://[::1]:8123/", null],
    ["https://notlocalhost/", HTTPS],
  ])("%s: %s", (url, proxy) => {
    expect(proxyFor(settings(), url)).toBe(proxy);
  });

  test("straight where no proxy is set for the kind of address, and where none is set at all", () => {
    expect(proxyFor(settings("", { http: null }), "http://cloud.test/")).toBeNull();
    expect(proxyFor(settings("", { https: null }), "wss://cloud.test/")).toBeNull();
    expect(proxyFor(null, "https://cloud.test/")).toBeNull();
  });

  test("straight to what is excepted, at the port that the address leaves out as well", () => {
    const some = settings("cloud.test:443,fd00::/8,plain.test:80");
    expect(proxyFor(some, "https://cloud.test/")).toBeNull();
    expect(proxyFor(some, "https://CLOUD.test.:443/")).toBeNull();
    expect(proxyFor(some, "https://cloud.test:8443/")).toBe(HTTPS);
    expect(proxyFor(some, "http://plain.test/")).toBeNull();
    expect(proxyFor(some, "wss://[fd00::1]:8123/")).toBeNull();
  });

  test("a proxy's name holds nothing of its credentials", () => {
    expect(proxyName(HTTPS)).toBe("secure.lan:8080");
    expect(proxyNames(settings())).toEqual({ http: "plain.lan:3128", https: "secure.lan:8080" });
    expect(proxyNames(settings("", { http: null }))).toEqual({ http: null, https: "secure.lan:8080" });
  });
});

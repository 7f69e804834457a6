import { describe, expect, test } from "vitest";
import { SUPERVISOR, aGuard, basic, from, refusal, sentence } from "./guard.ts";

describe("without a password, what was forwarded is let in by nobody, for anybody may have sent it", () => {
  test.each([
    ["forwarded", "for=203.0.113.9;proto=https"],
    ["x-forwarded-for", "203.0.113.9"],
    ["x-forwarded-for", ""],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-host", "gateway.example"],
    ["x-forwarded-port", "443"],
    ["x-forwarded-server", "proxy"],
    ["x-forwarded", "yes"],
    ["x-real-ip", "203.0.113.9"],
    ["via", "1.1 Caddy"],
    ["cf-connecting-ip", "203.0.113.9"],
    ["cf-ray", "8f"],
    ["cdn-loop", "cloudflare"],
    ["true-client-ip", "203.0.113.9"],
    ["x-client-ip", "203.0.113.9"],
    ["x-cluster-client-ip", "203.0.113.9"],
    ["x-original-forwarded-for", "203.0.113.9"],
    ["x-original-host", "gateway.example"],
    ["x-envoy-external-address", "203.0.113.9"],
    ["x-amzn-trace-id", "Root=1"],
    ["fly-client-ip", "203.0.113.9"],
    ["fastly-client-ip", "203.0.113.9"],
    ["tailscale-user-login", "anna@example.com"],
    ["x-scheme", "https"],
    ["x-url-scheme", "https"],
    ["front-end-https", "on"],
    ["client-ip", "203.0.113.9"],
    ["remote-addr", "203.0.113.9"],
    ["remote-user", "anna"],
    ["x-real-port", "4711"],
    ["x-proxyuser-ip", "203.0.113.9"],
    ["x-originating-ip", "203.0.113.9"],
    ["x-remote-addr", "203.0.113.9"],
    ["x-remote-ip", "203.0.113.9"],
    ["x-script-name", "/locks"],
    ["x-host", "gateway.example"],
  ])("%s: %s", (name, value) => {
    const request = from("127.0.0.1", { [name]: value });
    expect(sentence(() => aGuard().admit(request))).toMatch(/^forbidden: .*set UTEC_GATEWAY_PASSWORD/);
    expect(sentence(() => aGuard({ ingressPeer: SUPERVISOR }).admit(request))).toMatch(/^forbidden: .*sidebar/);
    const headers = { ...request.headers, authorization: basic("", "a good password") };
    expect(aGuard({ password: "a good password" }).admit(from("127.0.0.1", headers)).by).toBe("password");
  });

  test("HTTP/1.0, which nginx speaks where it is told nothing, and no browser", () => {
    const request = Object.assign(from("127.0.0.1"), { httpVersion: "1.0" });
    expect(refusal(() => aGuard().admit(request))).toBe("forbidden");
  });

  test.each([["x-requested-with"], ["x-request-id"], ["traceparent"], ["user-agent"], ["via-nothing"]])(
    "%s says nothing of the kind",
    (name) => {
      expect(aGuard().admit(from("127.0.0.1", { [name]: "1" })).by).toBe("loopback");
    },
  );
});

import { describe, expect, test } from "vitest";
import { refused, unreachable } from "../../src/outgoing/proxy-failed.ts";

describe("what a proxy did ends a sentence that names it", () => {
  test.each([
    ["ECONNREFUSED", "refused the connection"],
    ["ENOTFOUND", "can't be found by its name"],
    ["EAI_AGAIN", "can't be found by its name"],
    ["EHOSTUNREACH", "can't be reached from here"],
    ["ENETUNREACH", "can't be reached from here"],
    ["ENETDOWN", "can't be reached from here"],
    ["ETIMEDOUT", "did not answer in time"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "showed a certificate that can't be trusted"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "showed a certificate that can't be trusted"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "showed a certificate that can't be trusted"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "speaks no TLS: its address may have to begin with http://"],
    ["EPROTO", "speaks no TLS: its address may have to begin with http://"],
    ["ECONNRESET", "broke the connection"],
  ])("on the way to it: %s", (code, words) => {
    const cause = Object.assign(new Error("it broke"), { code });
    expect(unreachable("proxy.lan:3128", cause)).toMatchObject({
      code: "proxy_unreachable",
      message: `the proxy proxy.lan:3128 ${words}`,
      cause,
    });
  });

  test("without a code", () => {
    expect(unreachable("proxy.lan:3128", new Error("it broke")).message).toContain("broke the connection");
  });

  test("what speaks no HTTP was there, and is no proxy", () => {
    const cause = Object.assign(new Error("Parse Error"), { code: "HPE_INVALID_CONSTANT" });
    expect(unreachable("proxy.lan:3128", cause)).toMatchObject({ code: "proxy_refused" });
  });

  test.each<[status: number, isSignedIn: boolean, words: string]>([
    [407, false, "wants a user name and a password (407)"],
    [407, true, "does not accept the user name and password (407)"],
    [403, true, "does not let the gateway through to cloud.test:443 (403)"],
    [302, false, "does not let the gateway through to cloud.test:443 (302)"],
    [499, false, "does not let the gateway through to cloud.test:443 (499)"],
    [500, false, "did not reach cloud.test:443 (500)"],
    [503, false, "did not reach cloud.test:443 (503)"],
  ])("in place of a tunnel: %i", (status, isSignedIn, words) => {
    const { message } = refused("proxy.lan:3128", "cloud.test:443", status, isSignedIn);
    expect(message).toBe(`the proxy proxy.lan:3128 ${words}`);
  });
});

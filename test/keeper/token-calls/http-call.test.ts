import { expect, test } from "vitest";
import { CallError, callOnce, causeOf } from "../../../src/keeper/token-calls/http-call.ts";
import type { CallErrorCode } from "../../../src/keeper/token-calls/http-call.ts";
import { systemClock } from "../../../src/clock.ts";
import { refused, unreachable } from "../../../src/outgoing/proxy-failed.ts";

test.each<[string, CallErrorCode]>([
  ["ENOTFOUND", "name_not_resolved"],
  ["EAI_AGAIN", "name_not_resolved"],
  ["EHOSTUNREACH", "network_unreachable"],
  ["ENETUNREACH", "network_unreachable"],
  ["ECONNREFUSED", "connection_refused"],
  ["ECONNRESET", "connection_broken"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate_of_another_name"],
  ["CERT_HAS_EXPIRED", "certificate_out_of_date"],
  ["CERT_NOT_YET_VALID", "certificate_out_of_date"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate_not_trusted"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "certificate_not_trusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate_not_trusted"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_not_trusted"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "encryption_failed"],
  ["EPROTO", "encryption_failed"],
  ["HPE_INVALID_CONSTANT", "answer_unreadable"],
  ["ETIMEDOUT", "timeout"],
])("a connection that ended with %s is named %s, also where that stands behind another error", (code, named) => {
  const error = Object.assign(new Error("it broke"), { code });
  expect(causeOf(error)).toBe(named);
  expect(causeOf(new TypeError("fetch failed", { cause: error }))).toBe(named);
});

test.each<[number, CallErrorCode]>([
  [407, "proxy_wants_sign_in"],
  [403, "proxy_refused"],
  [302, "proxy_refused"],
  [503, "proxy_refused"],
])("a proxy that says %i is named %s", (status, named) => {
  expect(causeOf(refused("proxy.lan:3128", "cloud.test:443", status, true))).toBe(named);
});

test("what keeps us from a proxy is not told of the cloud", () => {
  const error = Object.assign(new Error("it broke"), { code: "ECONNREFUSED" });
  expect(causeOf(unreachable("proxy.lan:3128", error))).toBe("proxy_unreachable");
});

test.each([
  ["ends", (): Promise<never> => Promise.reject(new Error("it broke"))],
  ["lasts too long", (): Promise<never> => new Promise(() => {})],
])("a call through a proxy that %s tells which one it was", async (_, fetch) => {
  const transport = { fetch, clock: systemClock, timeoutMs: 5, proxyOf: () => "proxy.lan:3128" };
  const error: unknown = await callOnce(transport, "https://cloud.test/", {}).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(CallError);
  expect(error).toMatchObject({ proxy: "proxy.lan:3128" });
});

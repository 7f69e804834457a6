import { expect, test } from "vitest";
import { causeOf } from "../../../src/keeper/token-calls/http-call.ts";
import type { CallErrorCode } from "../../../src/keeper/token-calls/http-call.ts";

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

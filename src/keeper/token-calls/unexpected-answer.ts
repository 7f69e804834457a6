import type { RawAnswer } from "../answers/raw-answer.ts";
import type { CallError } from "./http-call.ts";
import { isWebPage } from "../answers/refusal.ts";
import type { Provider } from "../providers/provider.ts";
import { ProxyFailed } from "../../outgoing/proxy-failed.ts";
import { phrase } from "../../said/phrase.ts";

/**
 * Sentences (without their full stop) for what was seen where an answer should have been. Nobody knows who spoke, so
 * nobody is blamed: they say what came, and what that may be.
 */

const NO_SUCH_PAGE = new Set([404, 405, 410]);

/** @param sought what was looked for at the address: "token endpoint" */
export function seenInAnswer(answer: RawAnswer, provider: Provider, sought: string): string {
  const { status } = answer;
  const { label } = provider;
  const cloud = sentenceStart(label);
  if (status === 429) return phrase("part_what_too_often", { cloud });
  if (status === 511) return phrase("part_what_network_sign_in", { cloud: label });
  if (status === 407) return phrase("part_what_proxy_sign_in", { cloud: label });
  if (isWebPage(answer)) {
    return phrase("part_what_web_page", { cloud: label, status });
  }
  if (status === 408 || status === 425) return phrase("part_what_busy", { cloud, status });
  if (status >= 500) return phrase("part_what_own_error", { cloud, status });
  if (NO_SUCH_PAGE.has(status)) {
    return phrase("part_what_nothing_there", { sought, cloud: label, status, suspect: suspect(provider) });
  }
  if (status >= 400) {
    return phrase("part_what_refused_elsewhere", { cloud: label, status });
  }
  if (status >= 300) {
    return phrase("part_what_redirected", { cloud: label, status });
  }
  return phrase("part_what_tokenless", { cloud });
}

/** @param failed the call that ended without an answer */
export function seenInCall(failed: CallError, provider: Provider, timeoutMs: number): string {
  const { code, cause, proxy } = failed;
  const { label } = provider;
  const cloud = sentenceStart(label);
  const through = proxy === null ? "" : phrase("part_through_proxy", { proxy });
  switch (code) {
    case "timeout":
      return phrase("part_what_silent", { cloud, through, seconds: timeoutMs / 1000 });
    case "proxy_unreachable":
    case "proxy_wants_sign_in":
    case "proxy_refused":
      return phrase("part_what_proxy", {
        cloud,
        hindrance:
          cause instanceof ProxyFailed ? cause.message : phrase("part_hindrance_in_the_way", { proxy: proxy ?? "" }),
      });
    case "name_not_resolved":
      return phrase("part_what_name_unknown", { cloud });
    case "network_unreachable":
      return phrase("part_what_no_network", { cloud: label });
    case "connection_refused":
      return phrase("part_what_connection_refused", { cloud });
    case "certificate_of_another_name":
      return phrase("part_what_certificate_name", { cloud: label, through, suspect: suspect(provider) });
    case "certificate_not_trusted":
      return phrase("part_what_certificate_untrusted", { cloud: label, through });
    case "certificate_out_of_date":
      return phrase("part_what_certificate_old", { cloud: label, through });
    case "encryption_failed":
      return phrase("part_what_no_encryption", { cloud: label, through });
    case "answer_too_large":
      return phrase("part_what_too_much", { cloud });
    case "answer_unreadable":
      return phrase("part_what_undecodable", { cloud });
    case "connection_broken":
      return phrase("part_what_connection_broke", { cloud, through });
  }
}

/** Only an address that a person typed can be the person's to correct. */
function suspect({ addressGiven }: Provider): string {
  return addressGiven ? phrase("part_suspect_address") : phrase("part_suspect_something");
}

export function sentenceStart(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

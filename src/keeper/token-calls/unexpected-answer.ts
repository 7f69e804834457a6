import type { RawAnswer } from "../answers/raw-answer.ts";
import type { CallError } from "./http-call.ts";
import { isWebPage } from "../answers/refusal.ts";
import type { Provider } from "../providers/provider.ts";
import { ProxyFailed } from "../../outgoing/proxy-failed.ts";

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
  if (status === 429) return `${cloud} asks us to call less often`;
  if (status === 511)
    return `The network wants a sign-in of its own before it lets the gateway through to ${label} (511)`;
  if (status === 407) return `A proxy on the way to ${label} wants a sign-in of its own (407)`;
  if (isWebPage(answer)) {
    return `A web page came in place of an answer of ${label} (${status}): a firewall, a proxy or the network's own sign-in page may have sent it`;
  }
  if (status === 408 || status === 425) return `${cloud} is busy (${status})`;
  if (status >= 500) return `${cloud} has an error of its own (${status})`;
  if (NO_SUCH_PAGE.has(status)) {
    return `There is no ${sought} at the address of ${label} right now (${status}): ${suspect(provider)}`;
  }
  if (status >= 400) {
    return `The call to ${label} was refused without an OAuth error (${status}): a firewall or a proxy on the way may have answered`;
  }
  if (status >= 300) {
    return `The call to ${label} was redirected elsewhere (${status}): the network's own sign-in page may have answered`;
  }
  return `${cloud} answered without a token`;
}

/** @param failed the call that ended without an answer */
export function seenInCall(failed: CallError, provider: Provider, timeoutMs: number): string {
  const { code, cause, proxy } = failed;
  const { label } = provider;
  const cloud = sentenceStart(label);
  const through = proxy === null ? "" : ` through the proxy ${proxy}`;
  switch (code) {
    case "timeout":
      return `${cloud} did not answer${through} within ${timeoutMs / 1000} s`;
    case "proxy_unreachable":
    case "proxy_wants_sign_in":
    case "proxy_refused":
      return `${cloud} can't be reached: ${cause instanceof ProxyFailed ? cause.message : `the proxy ${proxy} is in the way`}`;
    case "name_not_resolved":
      return `${cloud} can't be found by its name: is the internet connection up?`;
    case "network_unreachable":
      return `There is no way to ${label} from here: is the internet connection up?`;
    case "connection_refused":
      return `${cloud} refused the connection`;
    case "certificate_of_another_name":
      return `The certificate that came for ${label}${through} is for another name: ${suspect(provider)}`;
    case "certificate_not_trusted":
      return `The certificate that came for ${label}${through} is not one that can be trusted: a firewall, a proxy or the network's own sign-in page may have answered`;
    case "certificate_out_of_date":
      return `The certificate that came for ${label}${through} is out of date: this machine's clock may be wrong, or something on the way answered`;
    case "encryption_failed":
      return `No encrypted connection to ${label}${through} came about: something on the way may have answered`;
    case "answer_too_large":
      return `${cloud} sent more than an answer should hold`;
    case "answer_unreadable":
      return `${cloud} sent an answer that can't be decoded`;
    case "connection_broken":
      return `${cloud} can't be reached${through}: the connection broke`;
  }
}

/** Only an address that a person typed can be the person's to correct. */
function suspect({ addressGiven }: Provider): string {
  return addressGiven
    ? "check the address, or something on the way answered"
    : "something on the way may have answered";
}

export function sentenceStart(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

export const CLOUD_PHRASES = {
  cloud_answer_wrong: "{seen}{words}; wait a little and try again.",
  cloud_busy: "The U-tec cloud accepts no more requests for now.{after}",
  cloud_no_answer: "The U-tec cloud gave no usable answer: {transport}",
  cloud_pause: "The cloud wants no requests for a while.",
  cloud_request_refused: "The U-tec cloud refused the request with {error}{words}.",
  cloud_token_refused:
    "The U-tec cloud refuses the access token ({code}) although it is new; if this lasts, sign in again and check which devices OpenAPI may use in the U-tec app.",
  part_after_seconds: " Ask again in {seconds} s.",
  part_because_certificate_name: ": its certificate is for another name",
  part_because_certificate_old: ": its certificate is out of date",
  part_because_certificate_untrusted: ": its certificate can't be trusted",
  part_because_name: ": its name can't be found",
  part_because_no_tls: ": what answered does not use TLS",
  part_because_proxy: ": {hindrance}",
  part_error_none: "an error",
  part_other_proxy: "{host} through the proxy {proxy}",
  part_seen_no_object: "The U-tec cloud answered with something that is not a JSON object",
  part_seen_redirected:
    "The call to the U-tec cloud was redirected (HTTP {status}): a firewall, a proxy or the network's own sign-in page may have answered",
  part_seen_refused:
    "The call to the U-tec cloud was refused (HTTP {status}): a firewall, a proxy or the network's own sign-in page may have answered",
  part_seen_status: "The U-tec cloud answered HTTP {status}",
  part_seen_web_page:
    "A web page came in place of the U-tec cloud's answer (HTTP {status}): a firewall, a proxy or the network's own sign-in page may have answered",
  part_transport_abandoned: "The request was abandoned.",
  part_transport_abandoned_unsent: "The request was abandoned before it was sent.",
  part_transport_broke: "The connection to {other} broke before the answer arrived.",
  part_transport_broke_amid: "The connection to {other} broke in the middle of the answer.",
  part_transport_none: "No connection to {host}{because}.",
  part_transport_silent: "No answer from {other} within {seconds} s.",
  part_transport_too_long: "The answer of {host} is longer than {limit} bytes.",
} as const;

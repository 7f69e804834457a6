import { isIPv6 } from "node:net";

/** An address as proxies write it: an IPv6 one in brackets, and sometimes a port after it. */
const WITH_PORT = /^\[(?<six>[^\]]+)\](?::\d+)?$|^(?<four>[\d.]+):\d+$/;

/**
 * The network that one guesser controls: for IPv6 a whole /64. Addresses with a run of zeros before their fourth group
 * may share one, which does no harm.
 */
export function networkOf(said: string): string {
  const { six, four } = WITH_PORT.exec(said)?.groups ?? {};
  const [address = ""] = (six ?? four ?? said).split("%", 1);
  if (!isIPv6(address)) return address;
  // The WHATWG parser writes every address in one way.
  const [head = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::", 1);
  return `${head}:0:0:0`.split(":").slice(0, 4).join(":");
}

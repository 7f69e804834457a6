import { BlockList, isIP, isIPv4 } from "node:net";

/** The machine itself, private networks, and what addresses itself without a router. */
export const PRIVATE_NETWORKS = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
] as const;

/** Who may ask, by the address that the connection comes from: what a header says of it is nobody's word. */
export class Networks {
  readonly #list = new BlockList();

  /** @param written each as `isNetwork` takes it */
  constructor(written: readonly string[]) {
    for (const network of written) {
      const { address, prefix } = parsed(network) ?? {};
      if (address !== undefined && prefix !== undefined) this.#list.addSubnet(address, prefix, family(address));
    }
  }

  /** @param peer as the socket names it; undefined once it is gone */
  has(peer: string | undefined): boolean {
    const address = plainAddress(peer ?? "");
    return isIP(address) !== 0 && this.#list.check(address, family(address));
  }
}

/** An address, or one with the length of its network: `192.168.1.0/24`. */
export function isNetwork(written: string): boolean {
  return parsed(written) !== null;
}

/** Without the zone, and an IPv4 address as one where the socket takes both kinds. */
export function plainAddress(peer: string): string {
  const [address = ""] = peer.split("%", 1);
  const mapped = /^::ffff:(?<four>[\d.]+)$/i.exec(address)?.groups?.["four"];
  return mapped ?? address;
}

function parsed(written: string): { readonly address: string; readonly prefix: number } | null {
  const [address = "", length, ...more] = written.split("/");
  if (isIP(address) === 0 || more.length > 0) return null;
  const longest = isIPv4(address) ? 32 : 128;
  if (length === undefined) return { address, prefix: longest };
  const prefix = Number(length);
  return /^\d{1,3}$/.test(length) && prefix <= longest ? { address, prefix } : null;
}

function family(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}

import { BlockList, isIP, isIPv4 } from "node:net";

/** One entry of `NO_PROXY`: addresses to which calls go straight. Plain data. */
export type Exception =
  | { readonly kind: "everything" }
  /** Names without a dot. */
  | { readonly kind: "local_names" }
  /** The name and every name beneath it; `port` null: at any port. */
  | { readonly kind: "name"; readonly name: string; readonly port: number | null }
  | { readonly kind: "network"; readonly address: string; readonly prefix: number; readonly port: number | null }
  | { readonly kind: "range"; readonly from: string; readonly to: string };

/**
 * Reads an entry as the programs that know `NO_PROXY` have it between them: `*`, a name with or without `.` or `*.`
 * before it, an address, each with or without a port, a network (`192.168.0.0/16`), a range (`10.0.0.1-10.0.0.9`), the
 * beginning of an address (`192.168.`, `192.168.*`), `<local>`. Null for what is none of these.
 */
export function readException(text: string): Exception | null {
  const entry = text
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, "")
    .replace(/\/$/, "");
  if (entry === "*") return { kind: "everything" };
  if (entry === "<local>") return { kind: "local_names" };
  const [, network = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (network !== "") return networkOf(network.replace(/^\[|\]$/g, ""), Number(bits));
  const [, from = "", to = ""] = /^([\d.]+)-([\d.]+)$/.exec(entry) ?? [];
  if (isIPv4(from) && isIPv4(to)) return { kind: "range", from, to };
  const [beginning] = /^(?:\d{1,3}\.){1,3}(?=\*?$)/.exec(entry) ?? [];
  if (beginning !== undefined) {
    const octets = beginning.split(".").slice(0, -1);
    return networkOf([...octets, "0", "0", "0"].slice(0, 4).join("."), 8 * octets.length);
  }
  if (isIP(entry) !== 0) return networkOf(entry, wholeOf(entry));
  const [, host = "", digits] = /^(\[[^\]]+\]|[^:/[\]]+)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const port = digits === undefined ? null : Number(digits);
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0) return networkOf(address, wholeOf(address), port);
  const name = URL.parse(`http://${host.replace(/^\*?\./, "").replace(/\.$/, "")}`)?.hostname ?? "";
  // What has become an address was written as something else: nobody knows what is meant.
  return name === "" || name.includes("*") || isIP(name) !== 0 ? null : { kind: "name", name, port };
}

/** @param host a name, or an address without its brackets, in lower case */
export function covers(exception: Exception, host: string, port: number): boolean {
  switch (exception.kind) {
    case "everything":
      return true;
    case "local_names":
      return !host.includes(".") && isIP(host) === 0;
    case "name":
      return (host === exception.name || host.endsWith(`.${exception.name}`)) && isPort(exception.port, port);
    case "network": {
      const { address, prefix } = exception;
      return (
        isPort(exception.port, port) && isWithin(host, (list) => list.addSubnet(address, prefix, familyOf(address)))
      );
    }
    case "range":
      return isWithin(host, (list) => list.addRange(exception.from, exception.to));
  }
}

function networkOf(address: string, prefix: number, port: number | null = null): Exception | null {
  return isIP(address) === 0 || prefix > wholeOf(address) ? null : { kind: "network", address, prefix, port };
}

function wholeOf(address: string): number {
  return isIPv4(address) ? 32 : 128;
}

function isPort(expected: number | null, port: number): boolean {
  return expected === null || expected === port;
}

function isWithin(host: string, add: (list: BlockList) => void): boolean {
  if (isIP(host) === 0) return false;
  const list = new BlockList();
  add(list);
  return list.check(host, familyOf(host));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}

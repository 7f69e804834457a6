import { isIPv4 } from "node:net";

/** Is `address` the machine itself? Who listens there needs no password, and who comes from there is asked for none. */
export function isLoopback(address: string): boolean {
  return address === "::1" || (isIPv4(address) && address.startsWith("127."));
}

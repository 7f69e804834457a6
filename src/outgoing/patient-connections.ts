import { setDefaultAutoSelectFamilyAttemptTimeout } from "node:net";

/**
 * How long each address of a host may take to connect before the next one is tried. Node's own quarter of a second drops
 * every address of a slow line (satellite, mobile, a lost packet, which is sent again after a second) where the host has
 * IPv6 addresses as well. An IPv6 that leads nowhere costs this much, once for each new connection.
 */
const EACH_ADDRESS_MS = 3000;

/** For every outgoing connection of this thread. Each thread has its own limit: whoever starts one calls this first. */
export function connectPatiently(): void {
  setDefaultAutoSelectFamilyAttemptTimeout(EACH_ADDRESS_MS);
}

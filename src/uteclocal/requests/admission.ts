import type { Request, RequestHandler } from "express";
import { plainAddress } from "../../incoming/networks.ts";
import type { Networks } from "../../incoming/networks.ts";
import type { Log } from "../../log.ts";
import { Refusal } from "./refusal.ts";

/** Of each refused address one line is enough, and of many none. */
const MOST_NAMED = 100;

/**
 * Nobody is asked for a password here, so who may ask is told by the network that the connection comes from, whatever a
 * header says of it; and a web page is never a program.
 */
export function admission(networks: Networks, log: Log): RequestHandler {
  const named = new Set<string>();
  return (request, _response, next) => {
    if (!networks.has(request.socket.remoteAddress)) {
      const peer = peerOf(request);
      if (!named.has(peer) && named.size < MOST_NAMED) {
        named.add(peer);
        log.warn("An address outside the allowed networks was refused.", { peer });
      }
      throw new Refusal(
        403,
        `${peer} is outside the networks that may ask here: the setting compatibility_networks names them.`,
      );
    }
    // Browsers say which page it is that sends something, or wants to read the answer.
    if (request.headers.origin !== undefined) {
      throw new Refusal(403, "Web pages may not ask here: a page elsewhere could move a lock.");
    }
    next();
  };
}

/** Who asks, as the log and the activity show it. */
export function peerOf({ socket }: Pick<Request, "socket">): string {
  return plainAddress(socket.remoteAddress ?? "");
}

import type { IncomingMessage } from "node:http";
import { plainAddress } from "../incoming/networks.ts";
import { isLoopback } from "../loopback.ts";

export interface PageAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a browser that opens this port finds the gateway's page: an address, or words where there is none for it. */
export function wayToPage(
  page: PageAddress | null,
  { headers, socket }: Pick<IncomingMessage, "headers" | "socket">,
): { readonly url: string } | { readonly words: string } {
  if (page === null) return { words: "The gateway's page is in Home Assistant: open U-tec Gateway in the sidebar." };
  const isHereOnly = page.host === "localhost" || isLoopback(page.host);
  if (isHereOnly && !isLoopback(plainAddress(socket.remoteAddress ?? ""))) {
    return { words: "The gateway's page is open on its own machine only: UTEC_GATEWAY_HOST opens it to others." };
  }
  // Under the name by which this port was found.
  const host = URL.parse(`http://${headers.host ?? ""}`)?.hostname ?? "";
  return { url: `http://${host === "" ? "localhost" : host}:${page.port}/` };
}

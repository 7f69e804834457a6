import type { AccountState } from "../../../src/keeper/account.ts";
import type { Typed } from "../live/providers.ts";
import type { Credentials } from "./credentials.ts";

/**
 * What somebody has typed into the wizard. It is kept across the steps, so that going back loses nothing; it is never
 * stored.
 */
export interface Draft {
  /** The account that it belongs to; null for a new one. */
  readonly accountId: string | null;
  /** The cloud that it is for. */
  readonly provider: string;
  readonly typed: Typed;
}

/** A draft with what is already known; a secret is never known here. */
export function draftOf(account: AccountState | null, provider: string, redirectUri: string): Draft {
  return {
    accountId: account?.id ?? null,
    provider: account?.provider ?? provider,
    typed: {
      client_id: account?.client_id ?? "",
      client_secret: "",
      redirect_uri: account?.redirect_uri || (account === null || account.has_devices ? redirectUri : ""),
    },
  };
}

/** What was typed of the three values of the OpenAPI screen. */
export function credentialsIn({ typed }: Draft): Credentials {
  const { client_id = "", client_secret = "", redirect_uri = "" } = typed;
  return { client_id, client_secret, redirect_uri };
}

/** Where Home Assistant serves the pages of add-ons. Its addresses change and cannot be a redirect URI. */
const INGRESS_PATH = "/api/hassio_ingress/";
/** A page that shows the address to copy; known to be accepted by the cloud. */
const COPY_FROM_HERE = "https://my.home-assistant.io/redirect/oauth";

/** The gateway's own callback, which brings people back automatically. */
export function ownRedirectUri(): string {
  return new URL("oauth/callback", document.baseURI).href;
}

/**
 * True where the cloud's redirect ends at this gateway, under whichever of this machine's names the page was opened.
 * Behind ingress none does: Home Assistant's cookie does not come along from another site, and without it nobody is let in.
 */
export function isOwnRedirectUri(uri: string): boolean {
  if (isBehindIngress()) return false;
  const own = new URL(ownRedirectUri());
  const url = URL.parse(uri);
  if (url === null || url.pathname !== own.pathname || url.port !== own.port) return false;
  return url.hostname === own.hostname || (isLoopback(url.hostname) && isLoopback(own.hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

/** The redirect URI to begin with: the gateway's own where its address is stable. */
export function suggestedRedirectUri(): string {
  return isBehindIngress() ? COPY_FROM_HERE : ownRedirectUri();
}

function isBehindIngress(): boolean {
  return location.pathname.startsWith(INGRESS_PATH);
}

import { keep, readKept } from "../live/kept/kept.ts";

/**
 * The account for which somebody left the page to sign in, so that the wizard continues when the redirect brings them
 * back. Only its id is stored, for this tab only.
 */
const KEY = "utec-gateway.signing-in";
/** The latest sign-ins that this tab began: a phone may have thrown the page away meanwhile, and begun another. */
const BEGUN = "utec-gateway.sign-ins";
const BEGUN_KEPT = 8;

export function rememberSignIn(accountId: string): void {
  keep(KEY, accountId, "tab");
}

/** The remembered account's id, once. */
export function takeSignIn(): string | null {
  const accountId = readKept(KEY, "tab");
  keep(KEY, null, "tab");
  return accountId;
}

/** @param url the cloud's sign-in page, as the gateway made it */
export function rememberBegun(accountId: string, url: string): void {
  const state = URL.parse(url, document.baseURI)?.searchParams.get("state");
  if (!state) return;
  const kept = [...begun(), nameOf(accountId, state)].slice(-BEGUN_KEPT);
  keep(BEGUN, kept.join("\n"), "tab");
}

/** Did this tab begin the sign-in that the `state` belongs to? */
export function hasBegun(accountId: string, state: string): boolean {
  return begun().includes(nameOf(accountId, state));
}

function begun(): readonly string[] {
  return readKept(BEGUN, "tab")?.split("\n") ?? [];
}

function nameOf(accountId: string, state: string): string {
  return `${accountId} ${state}`;
}

import { keep, readKept } from "../../live/kept/kept.ts";
import { failedHref, wizardHref } from "../../live/place.ts";
import type { Place } from "../../live/place.ts";

/**
 * The account for which somebody left the page to sign in, so that the wizard continues when the redirect brings them
 * back. Only its id is stored, for this tab only.
 */
const KEY = "utec-gateway.signing-in";
/** The account whose sign-in page is open. */
const OPENED = "utec-gateway.sign-in-opened";
/** The latest sign-ins that this tab began: a phone may have thrown the page away meanwhile, and begun another. */
const BEGUN = "utec-gateway.sign-ins";
const BEGUN_KEPT = 8;

export function rememberSignIn(accountId: string): void {
  keep(KEY, accountId, "tab");
  keep(OPENED, accountId, "tab");
}

/** Whether the cloud's page was opened for the account, and no answer has come since: a reload asks for the way back again. */
export function awaitsAnswer(accountId: string): boolean {
  return readKept(OPENED, "tab") === accountId;
}

/** The answer has come, whatever it was. */
export function forgetOpened(): void {
  keep(OPENED, null, "tab");
}

/** The remembered account's id, once. */
export function takeSignIn(): string | null {
  const accountId = readKept(KEY, "tab");
  keep(KEY, null, "tab");
  return accountId;
}

/** Where the wizard goes on for whom a redirect has brought back; null who is no such one, or is there already. */
export function wayAfterSignIn({ name, wizard }: Place): string | null {
  const failed = wizard?.failed ?? null;
  if (name !== "accounts" || (wizard !== null && (failed === null || wizard.accountId !== null))) return null;
  const accountId = takeSignIn();
  if (accountId === null) return null;
  return failed === null ? wizardHref("found", accountId) : failedHref(accountId, failed);
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

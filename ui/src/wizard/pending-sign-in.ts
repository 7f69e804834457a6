/**
 * Which account somebody left the page for to sign in, so that the wizard goes on where the redirect brings them back.
 * It holds an id, for this tab only.
 */
const KEY = "utec-gateway.signing-in";

export function rememberSignIn(accountId: string): void {
  sessionStorage.setItem(KEY, accountId);
}

/** The remembered account's id, once. */
export function takeSignIn(): string | null {
  const accountId = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return accountId;
}

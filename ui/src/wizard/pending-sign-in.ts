/**
 * The account for which somebody left the page to sign in, so that the wizard continues when the redirect brings them
 * back. Only its id is stored, for this tab only.
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

import type { Clock } from "../../clock.ts";
import type { AccountDesk, AccountState, DeviceCodeState } from "../../keeper/account.ts";
import { needsBrowser } from "../../keeper/providers/grants.ts";
import { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import { phrase } from "../../said/phrase.ts";

export interface SignInDesk {
  readonly picture: Pick<LivePicture, "account">;
  readonly accounts: Pick<AccountDesk, "authorise" | "beginDeviceCode">;
  readonly clock: Pick<Clock, "now">;
}

/** Where a person signs in to an account. */
export interface SignInLink {
  readonly url: string;
  /** What is entered there; null where nothing is, or the address has it already. */
  readonly user_code: string | null;
  /** Epoch ms. */
  readonly expires_at: number;
}

/**
 * The page on which a person signs in to the account's cloud, here or on another device. A sign-in on another device that
 * is under way goes on.
 * @throws Problem `account_not_found`, `no_sign_in_link`, `sign_in_refused`; as AccountDesk.authorise and beginDeviceCode
 */
export async function signInLink(account_id: string, desk: SignInDesk): Promise<SignInLink> {
  const { picture, accounts, clock } = desk;
  const account = picture.account(account_id);
  if (!account) throw new Problem("account_not_found", phrase("account_unknown", { id: account_id.slice(0, 60) }));
  const { device_code: begun, grant } = account;
  if (begun !== null && begun.expires_at > clock.now()) return onAnotherDevice(account, begun);
  // The desk says what to do with a kind of account that this version does not know.
  if (grant !== null && !needsBrowser({ grant })) throw signsInByItself(account);
  if (grant !== "device_code") return { ...accounts.authorise(account_id), user_code: null };
  return onAnotherDevice(account, (await accounts.beginDeviceCode(account_id)).device_code);
}

function onAnotherDevice({ name }: AccountState, code: DeviceCodeState | null): SignInLink {
  const { verification_uri_complete: whole, verification_uri, user_code, expires_at = 0 } = code ?? {};
  const url = whole ?? verification_uri;
  if (!url) throw new Problem("sign_in_refused", phrase("sign_in_over", { name }));
  return { url, user_code: whole ? null : (user_code ?? null), expires_at };
}

function signsInByItself({ name, owner }: AccountState): Problem {
  const where = owner === "options" ? phrase("part_where_configuration") : phrase("part_where_page");
  return new Problem("no_sign_in_link", phrase("sign_in_by_itself", { name, where }));
}

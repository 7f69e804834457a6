import type { FailureClass, TokenReason } from "../../account.ts";
import type { RawAnswer } from "../../answers/raw-answer.ts";
import type { TokenPair } from "../../answers/token-response.ts";
import type { Grant } from "../../providers/grants.ts";
import type { NewEvent } from "./event-table.ts";

/** What a call to the token endpoint offers. Only the codes are a person's; all else renews by itself. */
export type GrantType = "refresh_token" | "login_search" | Grant;

/** One call to the token endpoint that is under way: intended, or answered and not yet committed. */
export interface Attempt {
  readonly id: number;
  readonly account_id: string;
  readonly grant_type: GrantType;
  /** The generation that it started from. */
  readonly generation: number;
  readonly intent_at: number;
  readonly answer: RawAnswer | null;
}

export interface AnsweredAttempt extends Attempt {
  readonly answer: RawAnswer;
}

/** What a person's sign-in brought is stored under who it belongs to; what the gateway renews is the account's own. */
export function isRenewal(attempt: Pick<Attempt, "grant_type">): boolean {
  return !isSignIn(attempt);
}

export function isSignIn({ grant_type }: Pick<Attempt, "grant_type">): boolean {
  return grant_type === "authorization_code" || grant_type === "device_code";
}

/** Of a grant that lives by refresh tokens. */
export function hasRefreshTokens(attempt: Attempt): boolean {
  return attempt.grant_type === "refresh_token" || isSignIn(attempt);
}

export function isAnswered(attempt: Attempt | AnsweredAttempt): attempt is AnsweredAttempt {
  return attempt.answer !== null;
}

/** What an attempt has brought: the account's newest token. */
export interface GrantedToken {
  readonly attempt: Attempt;
  readonly generation: number;
  readonly pair: TokenPair;
  /** Null where it was not asked, or not told. */
  readonly cloud_user: string | null;
  readonly next_refresh_at: number | null;
  readonly event: NewEvent;
}

/** Why a refresh brought nothing, and what follows from that. */
export interface FailureRecord {
  readonly class: FailureClass;
  readonly code: string;
  readonly message: string;
  readonly reason: TokenReason;
  /** The cloud refused the grant, or the credentials that stand in its place. */
  readonly refused: boolean;
  /** In a row, this one included. */
  readonly refusals: number;
  /** The earliest retry that the server asked for. */
  readonly retry_after_at: number | null;
  readonly next_refresh_at: number | null;
  /** Set when the grant is lost: a person must sign in. */
  readonly sign_in_reason: TokenReason | null;
  readonly event: NewEvent;
}

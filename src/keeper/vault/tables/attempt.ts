import type { RawAnswer } from "../../answers/raw-answer.ts";
import type { Grant } from "../../providers/provider-fields.ts";

/** What a call to the token endpoint offers. Only a code is a person's; all else renews by itself. */
export type GrantType = "refresh_token" | Grant;

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
export function isRenewal({ grant_type }: Attempt): boolean {
  return grant_type !== "authorization_code";
}

/** Of a grant that lives by refresh tokens. */
export function hasRefreshTokens({ grant_type }: Attempt): boolean {
  return grant_type === "refresh_token" || grant_type === "authorization_code";
}

export function isAnswered(attempt: Attempt | AnsweredAttempt): attempt is AnsweredAttempt {
  return attempt.answer !== null;
}

import type { FailureClass } from "../account.ts";

/**
 * A provider is data: where its endpoints are, and in which ways it differs from the standard. The keeper's code knows
 * no provider by name. Plain values only: a provider is handed to the worker thread as it is.
 */
export interface Provider {
  readonly id: string;
  /** Its name in sentences: "the U-tec cloud". */
  readonly label: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly scope: string | null;
  /** How the client proves itself at the token endpoint (RFC 6749 2.3.1). */
  readonly clientAuthentication: "client_secret_post" | "client_secret_basic";
  /** Names under which the redirect may carry the code, best first. */
  readonly codeParameters: readonly string[];
  /** Where in an answer the token fields may lie, best first; the empty path is the answer itself. */
  readonly answerPaths: readonly (readonly string[])[];
  /** The life of an access token whose answer tells none. */
  readonly defaultLifeMs: number;
  /** The grant dies when it is not used for longer; null where it does not. */
  readonly idleIntervalMs: number | null;
  readonly envelope: Envelope | null;
  /** How to read an error that is not in the words of the standard; the first match counts. */
  readonly errorRules: readonly ErrorRule[];
  readonly identity: IdentityRequest | null;
}

/** A wrapper that carries a status of its own inside an HTTP 200. */
export interface Envelope {
  readonly status: readonly string[];
  readonly messages: readonly (readonly string[])[];
}

export interface ErrorRule {
  /** Words (a regular expression, ignoring case) looked for in the error's code and messages. */
  readonly words: string;
  readonly class: FailureClass;
  readonly code: string;
}

/** How to ask the cloud who has signed in. */
export interface IdentityRequest {
  readonly url: string;
  /** Posted as JSON; `{uuid}` in a string stands for a fresh UUID. */
  readonly body: unknown;
  /** Where in the answer the user's id lies. */
  readonly user: readonly string[];
}

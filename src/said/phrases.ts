import { ACCOUNTS_PHRASES } from "./phrases/accounts.ts";
import { BROKER_PHRASES } from "./phrases/broker.ts";
import { CLOUD_PHRASES } from "./phrases/cloud.ts";
import { COMMANDS_PHRASES } from "./phrases/commands.ts";
import { FAILURES_PHRASES } from "./phrases/failures.ts";
import { HTTP_PHRASES } from "./phrases/http.ts";
import { IMPORT_PHRASES } from "./phrases/import.ts";
import { LINK_PHRASES } from "./phrases/link.ts";
import { SET_UP_PHRASES } from "./phrases/set-up.ts";
import { SIGN_IN_PHRASES } from "./phrases/sign-in.ts";

/**
 * Everything that the gateway says to people, by key: whole sentences, and the parts of which some are made. A part is named
 * `part_<parameter>_<which>` after the parameter that it stands for. The page has each in all its languages.
 */
export const PHRASES = {
  ...ACCOUNTS_PHRASES,
  ...BROKER_PHRASES,
  ...CLOUD_PHRASES,
  ...COMMANDS_PHRASES,
  ...FAILURES_PHRASES,
  ...HTTP_PHRASES,
  ...IMPORT_PHRASES,
  ...LINK_PHRASES,
  ...SET_UP_PHRASES,
  ...SIGN_IN_PHRASES,
} as const;

export type PhraseKey = keyof typeof PHRASES;

/** What a text with `{names}` in it is completed with. */
type Named<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
export type PhraseParams<Key extends PhraseKey> = Named<(typeof PHRASES)[Key]>;

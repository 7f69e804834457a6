import type { Tone } from "../tone.ts";

/** The one sentence at the top: how things are, and the button that helps. */
export interface Headline {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  /** What else is to be known, each with the card that it leads to. */
  readonly also: readonly HeadlineLink[];
  readonly help: HeadlineHelp | null;
}

export interface HeadlineLink {
  readonly text: string;
  readonly href: string;
}

export type HeadlineHelp =
  | { readonly kind: "link"; readonly label: string; readonly href: string }
  | { readonly kind: "refresh"; readonly label: string; readonly accountId: string }
  /** Asks the clouds again, now. */
  | { readonly kind: "ask_cloud"; readonly label: string };

/** What a part of the page would say and offer. */
interface Part {
  readonly words?: string;
  readonly help?: { readonly kind: string; readonly accountId?: string; readonly href?: string } | null;
}

/** Whether the sentence at the top says or offers this: then nobody below it needs to. */
export function isSaidBy({ detail, also, help }: Headline, part: Part): boolean {
  if (detail !== "" && detail === part.words) return true;
  const { kind, href, accountId } = part.help ?? {};
  if (kind === "link") return [help, ...also].some((link) => link !== null && "href" in link && link.href === href);
  if (kind === "refresh") return help?.kind === "refresh" && help.accountId === accountId;
  return kind === "discover" && help?.kind === "ask_cloud";
}

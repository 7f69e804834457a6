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

/** Whether the sentence at the top says this, or offers it: then nobody below it needs to. */
export function isSaidBy(
  { detail, also, help }: Headline,
  one: {
    readonly words?: string;
    readonly help?: { readonly kind: string; readonly accountId?: string; readonly href?: string } | null;
  },
): boolean {
  if (one.words !== undefined && one.words !== "" && detail === one.words) return true;
  switch (one.help?.kind) {
    case "link":
      return [...(help?.kind === "link" ? [help] : []), ...also].some(({ href }) => href === one.help?.href);
    case "refresh":
      return help?.kind === "refresh" && help.accountId === one.help.accountId;
    case "discover":
      return help?.kind === "ask_cloud";
    default:
      return false;
  }
}

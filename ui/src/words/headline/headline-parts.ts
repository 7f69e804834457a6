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

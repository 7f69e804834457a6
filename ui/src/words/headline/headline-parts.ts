import type { Tone } from "../tone.ts";

/** The one sentence at the top: how things are, and the button that helps. */
export interface Headline {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  readonly help: HeadlineHelp | null;
}

export type HeadlineHelp =
  | { readonly kind: "link"; readonly label: string; readonly href: string }
  | { readonly kind: "refresh"; readonly label: string; readonly accountId: string };

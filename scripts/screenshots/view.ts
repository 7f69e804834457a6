/** How a state is looked at. */
export interface View {
  readonly language: "en" | "de";
  readonly theme: "light" | "dark";
  readonly width: 320 | 1440;
}

/** What each language's browser asks for. */
export const LOCALES = { en: "en-GB", de: "de-DE" } as const;
const HEIGHTS = { 320: 640, 1440: 900 } as const;

/** The moment of every picture: a Wednesday morning in Berlin. */
export const NOW = Date.parse("2026-10-14T09:41:00+02:00");
export const TIME_ZONE = "Europe/Berlin";

export const VIEWS: readonly View[] = (["en", "de"] as const).flatMap((language) =>
  (["light", "dark"] as const).flatMap((theme) => ([320, 1440] as const).map((width) => ({ language, theme, width }))),
);

export function nameOf({ language, theme, width }: View): string {
  return `${language}-${theme}-${width}`;
}

/** The height of the window; a picture is as high as the page. */
export function heightOf({ width }: View): number {
  return HEIGHTS[width];
}

import { onKeptElsewhere } from "./kept/elsewhere.ts";
import { keep, readKept } from "./kept/kept.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "utec-gateway.theme";

/** The chosen theme; the system's until somebody chooses. */
export function readTheme(): Theme {
  const stored = readKept(KEY);
  return THEMES.find((theme) => theme === stored) ?? "system";
}

export function chooseTheme(theme: Theme): void {
  keep(KEY, theme);
  applyTheme(theme);
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
}

/** Calls `listener` when it was chosen in another tab. */
export function onThemeElsewhere(listener: () => void): void {
  onKeptElsewhere([KEY], listener);
}

import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";

/** The page's own colours and shapes (`ui/src/theme.css`), as much of them as a form and a sentence need. */
const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f4f6f8, #101316);
  --card: light-dark(#ffffff, #1a1e22);
  --line: light-dark(#dfe4e8, #30363d);
  --text: light-dark(#1b1f23, #e4e7ea);
  --muted: light-dark(#56616b, #a2adb8);
  --accent: #009ac7;
  --accent-ink: light-dark(#00708f, #56c5e8);
  --bad-ink: light-dark(#a8281f, #ff9d94);
  --bad-tint: light-dark(#fbe6e4, #3f1b18);
  --field: light-dark(#86919b, #6d7883);
}
*, *::before, *::after { box-sizing: border-box; }
body {
  display: grid;
  grid-template-rows: auto 1fr;
  min-height: 100vh;
  min-height: 100dvh;
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 400 16px/1.5 Roboto, system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
  -webkit-text-size-adjust: 100%;
}
header {
  display: flex;
  align-items: center;
  gap: 12px;
  padding: 12px clamp(12px, 3vw, 32px);
  border-bottom: 1px solid var(--line);
  font-size: 1.3em;
}
header svg { width: 32px; height: 32px; }
main {
  display: grid;
  align-self: center;
  justify-self: center;
  margin: 16px 12px;
  gap: 14px;
  width: calc(100% - 24px);
  max-width: 30em;
  padding: 24px clamp(16px, 5vw, 28px);
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--card);
  box-shadow: 0 1px 2px light-dark(rgb(20 30 40 / 6%), rgb(0 0 0 / 30%));
}
h1, p, form { margin: 0; }
h1 { font-size: 1.3em; font-weight: 500; }
p, h1 { overflow-wrap: anywhere; }
a { color: var(--accent-ink); }
form { display: grid; gap: 14px; }
label { display: grid; gap: 4px; font-weight: 500; }
input {
  width: 100%;
  min-height: 44px;
  padding: 8px 12px;
  border: 1px solid var(--field);
  border-radius: 8px;
  background: var(--card);
  color: var(--text);
  font: inherit;
  font-weight: 400;
}
.button {
  justify-self: start;
  min-height: 44px;
  padding: 8px 22px;
  border: 0;
  border-radius: 99px;
  background: #00789b;
  color: #fff;
  font: inherit;
  font-weight: 500;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button:hover { background: #00677f; }
.muted { color: var(--muted); font-size: 0.92em; }
.problem { padding: 8px 12px; border-radius: 8px; background: var(--bad-tint); color: var(--bad-ink); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;

/** The one style sheet is named by its content, so the policy needs no `unsafe-inline`; there are no scripts. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "img-src data:",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
].join("; ");

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="#009ac7"/><path fill="#fff" d="M12 4.5a3.5 3.5 0 0 0-3.5 3.5v2H8a1.5 1.5 0 0 0-1.5 1.5v6A1.5 1.5 0 0 0 8 19h8a1.5 1.5 0 0 0 1.5-1.5v-6A1.5 1.5 0 0 0 16 10h-.5V8A3.5 3.5 0 0 0 12 4.5Zm-2 5.5V8a2 2 0 1 1 4 0v2Zm2 3a1.3 1.3 0 0 1 .65 2.43V17h-1.3v-1.57A1.3 1.3 0 0 1 12 13Z"/></svg>`;
const FAVICON = `data:image/svg+xml,${encodeURIComponent(ICON)}`;

export interface PlainPage {
  /** The language of its words. */
  readonly lang: string;
  /** Text; it is the heading too. */
  readonly title: string;
  /**
   * HTML: what came from outside has gone through `escapeHtml`. Links are relative, for the address may have a prefix.
   */
  readonly main: string;
}

/**
 * A page that the server writes by itself, without a script and without a file of the built page, so that it can be
 * read when those can't be reached.
 */
export function sendPlainPage(response: ServerResponse, status: number, page: PlainPage): void {
  response.statusCode = status;
  response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Content-Language", page.lang);
  response.end(documentOf(page));
}

function documentOf({ lang, title, main }: PlainPage): string {
  return `<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)} · U-tec Gateway</title>
    <link rel="icon" type="image/svg+xml" href="${FAVICON}">
    <style>${STYLE}</style>
  </head>
  <body>
    <header>${ICON}<span>U-tec Gateway</span></header>
    <main>
      <h1>${escapeHtml(title)}</h1>
      ${main}
    </main>
  </body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isChanged } from "./kept-pictures.ts";
import type { Comparison } from "./kept-pictures.ts";
import { PAGE_STATES } from "./page-states.ts";
import { nameOf } from "./view.ts";
import type { View } from "./view.ts";

const STYLE = `body { margin: 16px; background: #777; color: #fff; font: 14px system-ui, sans-serif; }
h1 { font-size: 20px; } a { color: #fff; }
.sheet { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }
figure { margin: 0; } figcaption { padding-block: 4px; } img { display: block; width: 100%; }
.compared { display: grid; grid-template-columns: repeat(3, 1fr); gap: 16px; align-items: start; margin-block: 24px; }
.compared h2 { grid-column: 1 / -1; margin: 0; font-size: 16px; }`;
/** As wide as each picture of a sheet is shown, in px. */
const SHOWN_WIDTH = { 320: 200, 1440: 440 } as const;

/** Writes the sheet on which all pictures of a view are seen at once, also those of earlier runs; returns its name. */
export async function writeSheet(folder: string, view: View): Promise<string> {
  const name = nameOf(view);
  const taken = PAGE_STATES.map((state) => state.name).filter((one) => existsSync(join(folder, name, `${one}.png`)));
  const figures = taken.map(
    (state) => `<figure style="width: ${SHOWN_WIDTH[view.width]}px">
  <figcaption>${state}</figcaption>
  <a href="${name}/${state}.png"><img src="${name}/${state}.png" alt=""></a>
</figure>`,
  );
  const file = `${name}.html`;
  await writeFile(join(folder, file), document(name, `<div class="sheet">${figures.join("\n")}</div>`));
  return file;
}

/** Writes what leads to all sheets. */
export async function writeIndex(folder: string, sheets: readonly string[]): Promise<void> {
  const links = sheets.map((sheet) => `<li><a href="${sheet}">${sheet.replace(".html", "")}</a></li>`);
  await writeFile(join(folder, "index.html"), document("The page in all its states", `<ul>${links.join("\n")}</ul>`));
}

/** Writes the pictures that changed: kept, taken, and where they differ. Returns the path of the overview. */
export async function writeComparison(folder: string, comparisons: readonly Comparison[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const rows: string[] = [];
  for (const { name, kept, taken, difference } of comparisons.filter(isChanged)) {
    const pictures = [
      ["kept", "webp", kept],
      ["taken", "png", taken],
      ["difference", "png", difference?.picture ?? null],
    ] as const;
    const figures: string[] = [];
    for (const [what, format, picture] of pictures) {
      if (picture === null) continue;
      const file = `${name}.${what}.${format}`;
      await writeFile(join(folder, file), picture);
      figures.push(`<figure><figcaption>${what}</figcaption><img src="${file}" alt=""></figure>`);
    }
    rows.push(`<div class="compared"><h2>${name}${kept === null ? " (new)" : ""}</h2>${figures.join("\n")}</div>`);
  }
  const path = join(folder, "index.html");
  await writeFile(path, document(`${rows.length} pictures changed`, rows.join("\n")));
  return path;
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body><h1>${title}</h1>
${body}
</body>
</html>
`;
}

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { differenceOf } from "./difference.ts";
import type { Difference } from "./difference.ts";
import type { PageState } from "./page-states.ts";
import type { Wanted } from "./take.ts";
import { nameOf } from "./view.ts";
import type { View } from "./view.ts";

const FOLDER = join(import.meta.dirname, "../../docs/images/page");
/** In which views a state is kept: between them, both languages, themes and widths. */
const KEPT_VIEWS: ReadonlySet<string> = new Set(["en-light-1440", "de-dark-320"]);
/** Of what README shows, also the dark one. */
const SHOWN_TO_ALL = "overview-all-well.en-dark-1440";

export interface Comparison {
  readonly name: string;
  /** Null where there is none. */
  readonly kept: Buffer | null;
  readonly taken: Buffer;
  /** Null where there is nothing to compare with. */
  readonly difference: Difference | null;
}

/** Is this picture one of those that lie in the repository? */
export function isKept(state: PageState, view: View): boolean {
  const name = fileOf({ state, view });
  return (state.kept === true && KEPT_VIEWS.has(nameOf(view))) || name === SHOWN_TO_ALL;
}

export async function compareWithKept(state: PageState, view: View, taken: Buffer): Promise<Comparison> {
  const name = fileOf({ state, view });
  const kept = await readFile(pathOf(name)).catch(() => null);
  return { name, kept, taken, difference: kept === null ? null : await differenceOf(kept, taken) };
}

export function isChanged({ difference }: Comparison): boolean {
  return difference === null || difference.isChanged;
}

/** Keeps the picture in place of the one before it, which stays where nobody would see a difference. */
export async function keep(comparison: Comparison): Promise<void> {
  if (!isChanged(comparison)) return;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(
    pathOf(comparison.name),
    await sharp(comparison.taken).webp({ lossless: true, effort: 6 }).toBuffer(),
  );
}

/** Removes what is kept of states that are not there any more; returns its names. */
export async function forgetOthers(names: readonly string[]): Promise<readonly string[]> {
  const files = await readdir(FOLDER).catch((): string[] => []);
  const others = files.filter((file) => !names.includes(file.replace(/\.webp$/, "")));
  for (const file of others) await rm(join(FOLDER, file));
  return others;
}

/** The name of a picture that is kept, without its ending. */
export function fileOf({ state, view }: Wanted): string {
  return `${state.name}.${nameOf(view)}`;
}

function pathOf(name: string): string {
  return join(FOLDER, `${name}.webp`);
}

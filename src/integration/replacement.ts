import { rename, rm } from "node:fs/promises";
import type { Bundle, Copy } from "./disk/bundle.ts";
import { copyFiles, entryAt, makeFolder, sync } from "./disk/files.ts";
import { hashFiles, isSameFiles } from "./disk/file-hashes.ts";
import type { IntegrationFolder } from "./folder.ts";
import { readRecord, writeRecord } from "./disk/record.ts";

/** The steps of a replacement, in their order. After each the process may die. */
export const REPLACEMENT_STEPS = ["prepared", "unpacked", "recorded", "moved_away", "moved_in", "done"] as const;
export type ReplacementStep = (typeof REPLACEMENT_STEPS)[number];

export interface ReplacementOptions {
  readonly folder: IntegrationFolder;
  readonly bundle: Bundle;
  /** Asked last, for unpacking takes a while. @throws where the folder may not be replaced any more */
  readonly assertReplaceable: () => Promise<void>;
  readonly onStep?: ((step: ReplacementStep) => void) | undefined;
}

/** More than this of what was installed here is never known: the new one, the one that is there, and the newest others. */
const COPIES_KEPT = 3;

/**
 * Puts the bundle in the place of whatever is there: unpacked and written out beside it, compared, then moved in; what was
 * there is kept. Whatever fails leaves what was there; whoever is killed is helped by `finishReplacement`.
 *
 * @throws what the file system throws, and what `assertReplaceable` throws
 */
export async function replaceIntegration(options: ReplacementOptions): Promise<void> {
  const { folder, bundle, assertReplaceable } = options;
  const reached = (step: ReplacementStep): void => options.onStep?.(step);
  const copies = await copiesWith(folder, bundle);
  try {
    await makeFolder(folder.components);
    await makeFolder(folder.side);
    await rm(folder.next, { recursive: true, force: true });
    reached("prepared");
    await copyFiles(bundle.folder, folder.next, Object.keys(bundle.files));
    if (!isSameFiles(await hashFiles(folder.next), bundle.files)) {
      throw new Error("What was written reads back differently");
    }
    reached("unpacked");
    await writeRecord(folder.record, { copies, replacing: true });
    reached("recorded");
    await assertReplaceable();
    await moveIn(folder, reached);
    // It is there. Where the disk takes no more, the next start tidies up.
    await finishReplacement(folder).catch(() => undefined);
    reached("done");
  } catch (error) {
    await finishReplacement(folder).catch(() => undefined);
    throw error;
  }
}

async function copiesWith(folder: IntegrationFolder, { version, files }: Bundle): Promise<Copy[]> {
  const before = (await readRecord(folder.record))?.copies ?? [];
  const others = before.filter((copy) => !isSameFiles(copy.files, files));
  // However many attempts are broken off before they take its place, it stays known.
  const present = await hashFiles(folder.target).catch(() => null);
  const isThere = (copy: Copy): boolean => present !== null && isSameFiles(copy.files, present);
  const known = [...others.filter(isThere), ...others.filter((copy) => !isThere(copy))];
  return [{ version, files }, ...known].slice(0, COPIES_KEPT);
}

async function moveIn(folder: IntegrationFolder, reached: (step: ReplacementStep) => void): Promise<void> {
  const { components, target, next, previous, side } = folder;
  if ((await entryAt(target)) !== null) {
    await rm(previous, { recursive: true, force: true });
    await rename(target, previous);
    reached("moved_away");
  }
  await rename(next, target);
  await sync(side);
  await sync(components);
  reached("moved_in");
}

/**
 * Brings a replacement that was broken off to an end: the new one is moved in where the old one is away already and the new
 * one is whole, else the old one is moved back. Nothing else is done, so that what a person deletes stays deleted.
 *
 * @throws what the file system throws
 */
export async function finishReplacement(folder: IntegrationFolder): Promise<void> {
  const { components, side, target, next, previous } = folder;
  if ((await entryAt(side))?.isDirectory() !== true) return;
  const record = await readRecord(folder.record);
  if (record?.replacing === true) {
    if ((await entryAt(target)) === null) {
      const [newest] = record.copies;
      const whole = newest !== undefined && (await isWhole(next, newest));
      if (whole) await rename(next, target);
      else if ((await entryAt(previous)) !== null) await rename(previous, target);
      await sync(side);
      await sync(components);
    }
    await writeRecord(folder.record, { ...record, replacing: false });
  }
  await rm(next, { recursive: true, force: true });
}

async function isWhole(folder: string, { files }: Copy): Promise<boolean> {
  return (await entryAt(folder)) !== null && isSameFiles(await hashFiles(folder), files);
}

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const page = join(import.meta.dirname, "../ui/src");
const textOf = (file: string): string => readFileSync(join(page, file), "utf8");

/** A browser draws nothing in the place of an element that it does not know, and says nothing either. */
test("every element that the page draws is defined, and no other", () => {
  const drawn = globSync("**/*.ts", { cwd: page }).flatMap((file) =>
    [...textOf(file).matchAll(/<(utec-[a-z-]+)/g)].map(([, name]) => name),
  );
  const html = readFileSync(join(page, "../index.html"), "utf8");
  const first = [...html.matchAll(/<(utec-[a-z-]+)/g)].map(([, name]) => name);
  const defined = globSync("**/*elements.ts", { cwd: page }).flatMap((file) =>
    [...textOf(file).matchAll(/"(utec-[a-z-]+)":/g)].map(([, name]) => name),
  );
  expect(new Set([...drawn, ...first])).toEqual(new Set(defined));
});

import sharp from "sharp";
import { expect, test } from "vitest";
import { differenceOf } from "../../scripts/screenshots/difference.ts";

/** A page with a line of text, as much of it as `letters`. */
function aPage(letters: string, { height = 200, shift = 0 } = {}): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="${height}">
    <rect width="320" height="${height}" fill="#f4f6f8"/>
    ${letters
      .split("")
      .map((letter, index) => bar(20 + index * 14 + shift, letter === "|" ? 16 : 8))
      .join("")}
  </svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

function bar(x: number, height: number): string {
  return `<rect x="${x}" y="40" width="3" height="${height}" fill="#1b1f23"/>`;
}

test("a picture is not changed where nothing on it is, in whatever format it is kept", async () => {
  const taken = await aPage("||||");
  const kept = await sharp(taken).webp({ lossless: true }).toBuffer();
  expect(await differenceOf(kept, taken)).toMatchObject({ isChanged: false, most: 0 });
});

test("edges that another machine draws a little differently are no change", async () => {
  const { isChanged } = await differenceOf(await aPage("||||"), await aPage("||||", { shift: 0.2 }));
  expect(isChanged).toBe(false);
});

test("one letter that is another is a change, and is red in the picture of the difference", async () => {
  const { isChanged, picture } = await differenceOf(await aPage("||||"), await aPage("||.|"));
  expect(isChanged).toBe(true);
  const { data } = await sharp(picture)
    .extract({ left: 48, top: 48, width: 3, height: 8 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([...data.subarray(0, 3)]).toEqual([255, 0, 0]);
});

test("a letter is found on a page that is very long", async () => {
  const height = 5000;
  const { isChanged } = await differenceOf(await aPage("||||", { height }), await aPage("||.|", { height }));
  expect(isChanged).toBe(true);
});

test("a page that has become longer is a change", async () => {
  const { isChanged } = await differenceOf(await aPage("||||"), await aPage("||||", { height: 240 }));
  expect(isChanged).toBe(true);
});

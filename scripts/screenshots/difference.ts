import pixelmatch from "pixelmatch";
import sharp from "sharp";

/** How far apart two colours are before eyes see it, of 1 for black and white. */
const COLOURS_APART = 0.1;
/** Pixels are counted in squares of this side, so that a long page hides nothing. */
const SQUARE = 32;
/** A square in which more differ has another letter in it; fewer come from another machine's way of drawing edges. */
const EDGES = 20;
/** Lies around the smaller of two pictures: no page has this colour. */
const OUTSIDE = { r: 255, g: 0, b: 255, alpha: 1 };

export interface Difference {
  readonly isChanged: boolean;
  /** How many pixels differ in the square that differs most. */
  readonly most: number;
  /** PNG: the first picture faded, what differs in red. */
  readonly picture: Buffer;
}

/** Compares two pictures of any format and size. */
export async function differenceOf(first: Buffer, second: Buffer): Promise<Difference> {
  const sizes = [await sizeOf(first), await sizeOf(second)];
  const width = Math.max(...sizes.map((size) => size.width));
  const height = Math.max(...sizes.map((size) => size.height));
  const [a, b] = [await pixelsOf(first, width, height), await pixelsOf(second, width, height)];
  const drawn = Buffer.alloc(a.length);
  const most = pixelmatch(a, b, drawn, width, height, { threshold: COLOURS_APART, windowSize: SQUARE });
  const picture = await sharp(drawn, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  return { isChanged: most > EDGES, most, picture };
}

async function sizeOf(picture: Buffer): Promise<{ readonly width: number; readonly height: number }> {
  const { width, height } = await sharp(picture).metadata();
  return { width, height };
}

async function pixelsOf(picture: Buffer, width: number, height: number): Promise<Buffer> {
  const own = await sizeOf(picture);
  return sharp(picture)
    .ensureAlpha()
    .extend({ right: width - own.width, bottom: height - own.height, background: OUTSIDE })
    .raw()
    .toBuffer();
}

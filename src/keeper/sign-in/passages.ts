/** What the gateway makes of 24 random bytes. */
export const OWN_STATE_LENGTH = 32;
/** A text full of addresses holds one that counts, and it is among the first. */
const MOST_PASSAGES = 40;

interface Piece {
  readonly text: string;
  /** The white space behind it. */
  readonly gap: string;
}

/**
 * The parts of a text that may each be a redirected address, with its line breaks mended and the words around it gone;
 * last what stands before the first address, as it is too, for JSON.
 */
export function passagesOf(text: string): string[] {
  const starts = [...text.matchAll(/(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}:\/\//gi)]
    .map(({ index }) => index)
    .slice(0, MOST_PASSAGES);
  // One address may carry another; only one that stands apart ends the one before it.
  const apart = starts.filter((start) => /[\s"'<>()[\]]/.test(text.charAt(start - 1)));
  const passages = starts.map((start) => {
    const address = unfolded(
      text.slice(
        start,
        apart.find((index) => index > start),
      ),
    );
    return withoutEmphasis(address, text.slice(0, start).replace(/^.*[^*_~]/s, ""));
  });
  const before = text.slice(0, starts[0]);
  return [...passages, unfolded(before), before];
}

/** Markdown's marks around an address end it, too. */
function withoutEmphasis(address: string, marks: string): string {
  return address.endsWith(marks) ? address.slice(0, address.length - marks.length) : address;
}

/**
 * Joins what line breaks cut apart. Words that follow an address hold no more parameters of it; a line that holds
 * nothing but the rest of a value goes on with it.
 */
function unfolded(text: string): string {
  const words = [...text.matchAll(/\S+\s*/g)].map(([word]): Piece => {
    const piece = word.trimEnd();
    return { text: piece, gap: word.slice(piece.length) };
  });
  const pieces = words.slice(words.findIndex((piece) => /=|:\/\//.test(piece.text)));
  let last = pieces.findLastIndex((piece, at) => at === 0 || goesOn(piece.text, pieces[at - 1]?.text ?? ""));
  while (isRest(pieces[last], pieces[last + 1])) last += 1;
  const address = pieces.slice(0, last + 1).map((piece) => piece.text);
  return address.join("") + restOfState(address.join(""), pieces.slice(last + 1));
}

/** How long a `state` of the gateway is tells how much of it was cut off, whatever its rest looks like. */
function restOfState(address: string, pieces: readonly Piece[]): string {
  const begun = /[?&#]state=([\w-]{1,31})$/i.exec(address)?.[1];
  if (begun === undefined) return "";
  let rest = "";
  for (const { text } of pieces) {
    if (!/^[\w-]+$/.test(text)) return "";
    rest += text;
    if (begun.length + rest.length >= OWN_STATE_LENGTH) return rest;
  }
  return "";
}

/** Whether a piece belongs to the parameters that began before it. */
function goesOn(piece: string, before: string): boolean {
  return /[?&#][\w.-]+=/.test(piece) || /^[=&?#%]/.test(piece) || (piece.includes("=") && /[?&#][\w.-]*$/.test(before));
}

/** A piece alone on its line, with the look of a code rather than of a word. */
function isRest(before: Piece | undefined, piece: Piece | undefined): boolean {
  if (before === undefined || piece === undefined) return false;
  const alone = /^$|\n/.test(piece.gap) && !/\n\s*\n/.test(before.gap);
  return alone && /[\w%=-]$/.test(before.text) && /^[\w.~+/=%-]+$/.test(piece.text) && /[\d_%=]/.test(piece.text);
}

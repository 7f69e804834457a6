/** What the gateway makes of 24 random bytes. */
export const OWN_STATE_LENGTH = 32;
/** A text full of addresses holds one that counts, and it is among the first. */
const MOST_PASSAGES = 40;

interface Piece {
  readonly text: string;
  /** The white space behind it. */
  readonly gap: string;
}

/** The parts of a text that may each be a redirected address, with its line breaks mended and the words around it gone. */
export function passagesOf(text: string): string[] {
  const starts = [...text.matchAll(/(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}:\/\//gi)]
    .map(({ index }) => index)
    .slice(0, MOST_PASSAGES);
  const [first] = starts;
  if (first === undefined) return [unfolded(text)];
  // One address may carry another; only one that stands apart ends the one before it.
  const apart = [...starts.filter((start) => start > 0 && /[\s"'<>()[\]]/.test(text.charAt(start - 1))), text.length];
  const passages = starts.map((start) => {
    const end = apart.find((index) => index > start) ?? text.length;
    return withoutEmphasis(unfolded(text.slice(start, end)), /(?<![*_~])[*_~]+$/.exec(text.slice(0, start))?.[0] ?? "");
  });
  const before = text.slice(0, first);
  return /[\w"']\s*[=:]/.test(before) ? [...passages, unfolded(before)] : passages;
}

/** Markdown's marks around an address end it, too. */
function withoutEmphasis(address: string, marks: string): string {
  return marks !== "" && address.endsWith(marks) ? address.slice(0, -marks.length) : address;
}

/**
 * Joins what line breaks cut apart. Words that follow an address hold no more parameters of it; a line that holds
 * nothing but the rest of a value goes on with it.
 */
function unfolded(text: string): string {
  const pieces = [...text.matchAll(/(\S+)(\s*)/g)].map(([, piece = "", gap = ""]): Piece => ({ text: piece, gap }));
  const first = pieces.findIndex((piece) => /:\/\/|(?:^|[?&#"'{(])[\w.-]+["']?\s*[=:]/.test(piece.text));
  if (first < 0) return text;
  let last = first;
  for (let at = first + 1; at < pieces.length; at++) if (goesOn(pieces, at)) last = at;
  while (isRest(pieces, last + 1)) last += 1;
  const joined = pieces.slice(first, last + 1).map((piece) => piece.text);
  return joined.join("") + restOfState(joined.join(""), pieces.slice(last + 1));
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
function goesOn(pieces: readonly Piece[], at: number): boolean {
  const before = pieces[at - 1]?.text ?? "";
  const piece = pieces[at]?.text ?? "";
  return (
    /[?&#][\w.-]+=/.test(piece) ||
    /^[=&?#%]/.test(piece) ||
    (/^[\w.-]*=/.test(piece) && /[?&#][\w.-]*$/.test(before)) ||
    (/^["']/.test(piece) && /["']\s*[:=]$|,$/.test(before))
  );
}

/** A piece alone on its line, with the look of a code rather than of a word. */
function isRest(pieces: readonly Piece[], at: number): boolean {
  const [before, piece] = [pieces[at - 1], pieces[at]];
  if (before === undefined || piece === undefined) return false;
  const alone = /^$|\n/.test(piece.gap) && !/\n\s*\n/.test(before.gap);
  return alone && /[\w%=-]$/.test(before.text) && /^[\w.~+/=%-]+$/.test(piece.text) && /[\d_%=]/.test(piece.text);
}

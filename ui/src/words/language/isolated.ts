/** A name within a plain text: whatever direction it is written in, the sentence around it keeps its own. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

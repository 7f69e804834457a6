const VERSION = /^v?(?<numbers>\d+(?:\.\d+)*)(?:-(?<stage>[0-9A-Za-z.-]+))?(?:\+.*)?$/;

/**
 * Which of two versions comes first, by the rules of Semantic Versioning: negative for `one`, positive for `other`, 0 where
 * they are equal; null where one is no version.
 */
export function versionOrder(one: string, other: string): number | null {
  const [a, b] = [VERSION.exec(one)?.groups, VERSION.exec(other)?.groups];
  if (!a || !b) return null;
  const byNumbers = order(a["numbers"]?.split(".") ?? [], b["numbers"]?.split(".") ?? [], "0");
  if (byNumbers !== 0) return byNumbers;
  const [stageA, stageB] = [a["stage"], b["stage"]];
  // A version without a stage is the finished one.
  if (stageA === undefined || stageB === undefined) return Number(stageA === undefined) - Number(stageB === undefined);
  return order(stageA.split("."), stageB.split("."), "");
}

function order(one: readonly string[], other: readonly string[], missing: string): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const by = orderOfParts(one[at] ?? missing, other[at] ?? missing);
    if (by !== 0) return by;
  }
  return 0;
}

/** Numbers by their value, and before words. */
function orderOfParts(one: string, other: string): number {
  const numeric = [one, other].map((part) => /^\d+$/.test(part));
  if (numeric[0] && numeric[1]) return Math.sign(Number(one) - Number(other));
  if (one === "" || other === "" || numeric[0] === numeric[1]) return one === other ? 0 : one < other ? -1 : 1;
  return numeric[0] ? -1 : 1;
}

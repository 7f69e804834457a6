import { expect, test } from "vitest";
import { versionOrder } from "../../src/integration/version-order.ts";

test("versions are in the order of Semantic Versioning", () => {
  const ordered = [
    "0.9.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2026.11.0",
  ];
  for (const [at, one] of ordered.entries()) {
    for (const [otherAt, other] of ordered.entries()) {
      expect([one, other, Math.sign(versionOrder(one, other) ?? Number.NaN)]).toEqual([
        one,
        other,
        Math.sign(at - otherAt),
      ]);
    }
  }
});

test.for([
  ["1.2", "1.2.0"],
  ["v1.2.0", "1.2.0"],
  ["1.2.0+abc", "1.2.0"],
] as const)("%s is %s", ([one, other]) => expect(versionOrder(one, other)).toBe(0));

test("what is no version has no place in that order", () => {
  for (const word of ["", "unknown", "1.x", "1..2"]) expect(versionOrder(word, "1.0.0")).toBeNull();
});

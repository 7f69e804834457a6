import { describe, expect, it } from "vitest";
import { displayText } from "../../../src/utec/reading/display-text.ts";

const LONGEST = 100;

describe("text from the cloud", () => {
  it.each([
    ["Haustür", "Haustür"],
    ["玄関のドア", "玄関のドア"],
    ["باب الحديقة", "باب الحديقة"],
    ["दरवाज़ा", "दरवाज़ा"],
    ["Oma 👩‍🦳🚪", "Oma 👩‍🦳🚪"],
    ["  two\t\nlines\u2028three ", "two lines three"],
    ["a\u0000b\u001B[31mred", "a b [31mred"],
    ["exe\u202Egpj.door", "exegpj.door"],
    ["half \uD83D", "half"],
    [42, "42"],
  ])("%j are %j", (said, read) => {
    expect(displayText(said)).toBe(read);
  });

  it.each([undefined, null, "", "   ", "\u0000\u0007", "\u200B\u200D", "\u0301", {}, ["x"], true, Number.NaN])(
    "%j are none",
    (said) => {
      expect(displayText(said)).toBeNull();
    },
  );

  it("are cut where they are too long, and end in an ellipsis", () => {
    expect(displayText("word ".repeat(2000))).toBe(`${"word ".repeat(20).trim()}…`);
    expect(displayText("x".repeat(LONGEST))).toBe("x".repeat(LONGEST));
  });

  it("are never cut within a character", () => {
    const family = "👨‍👩‍👧‍👦";
    for (let before = 0; before < 12; before += 1) {
      const cut = displayText("x".repeat(before) + family.repeat(50));
      expect(cut).toBe(`${"x".repeat(before)}${family.repeat(Math.floor((LONGEST - 1 - before) / family.length))}…`);
    }
  });

  it("are cut even where one character never ends, into whole code points", () => {
    const cut = displayText(`e${"\u{1D165}".repeat(5000)}`);
    expect(cut?.length).toBeLessThanOrEqual(LONGEST);
    expect(cut?.isWellFormed()).toBe(true);
  });

  it("cost no time, however long they are", () => {
    const before = performance.now();
    displayText("é".repeat(4_000_000));
    expect(performance.now() - before).toBeLessThan(500);
  });
});

import { describe, expect, test } from "vitest";
import { parseAsPython } from "./document.ts";
import { pythonPattern } from "./pattern.ts";
import { pythonRepr, pythonText } from "./text.ts";

test("values are written as Python writes them", () => {
  expect(pythonText([true, null, 7.5, 1e-5, 1e21])).toBe("[True, None, 7.5, 1e-05, 1e+21]");
  expect(pythonText("it's")).toBe("it's");
  expect(pythonRepr(["it's", 'say "x"', `it's "x"`])).toBe(`["it's", 'say "x"', 'it\\'s "x"']`);
  expect(pythonRepr("\\ \n\t\0\u007f\u00a0\u200b🔒")).toBe(String.raw`'\\ \n\t\x00\x7f\xa0\u200b🔒'`);
  expect(pythonRepr({ "a b": [{}] })).toBe("{'a b': [{}]}");
});

describe("patterns hold as Python's do", () => {
  test.each([
    ["bound to the beginning alone", "a", "ab", "ba"],
    ["the end is also before a last line end", "^a$", "a\n", "a\n\n"],
    ["but not where it is the very end", String.raw`^a\Z`, "a", "a\n"],
    ["digits of every script", String.raw`^\d$`, "٣", "x"],
    ["letters of every script, in a class too", String.raw`^[\w.]+$`, "é_.1", "é-"],
    ["an alternative that is empty takes everything", "|a", "b", null],
    ["groups with names, and what they found", "^(?P<n>a|b)(?P=n)$", "aa", "ab"],
    ["flags at the beginning", "(?i)abc", "ABC", "AB"],
    ["a bracket in a class", "^[[a]$", "[", "]"],
    ["a bracket that comes first in a class", "^[]a]$", "]", "["],
    ["a backslash before what needs none", String.raw`^\-\ $`, "- ", "\\- "],
  ])("%s", (_case, pattern, taken, refused) => {
    expect(pythonPattern(pattern).test(taken)).toBe(true);
    if (refused !== null) expect(pythonPattern(pattern).test(refused)).toBe(false);
  });

  test("what is no pattern is an error of the file that has it", () => {
    expect(() => pythonPattern("(")).toThrow(SyntaxError);
  });
});

describe("files are read as PyYAML reads them", () => {
  test("words for yes and no, numbers without quotes, letters", () => {
    const { value } = parseAsPython(
      "a: yes\nb: off\nc: y\nd: 1.10\ne: 1e3\nf: 1.5e+1\ng: 010\nh: 12:30\ni: 1_000\nj: ~\n",
    );
    expect(value).toEqual({ a: true, b: false, c: "y", d: 1.1, e: "1e3", f: 15, g: 8, h: 750, i: 1000, j: null });
  });

  test("of two keys the last holds; both are told of, as are keys that are no text", () => {
    expect(parseAsPython("a: 1\nb: {on: 2, 80: x}\na: 3\n")).toEqual({
      value: { a: 3, b: { true: 2, 80: "x" } },
      repeated: ["a"],
      notText: ["true", "80"],
    });
  });

  test("nothing is an empty object, and what is no YAML or JSON is an error", () => {
    for (const empty of ["", "# a\n", "~", "[]", "false"]) expect(parseAsPython(empty).value).toEqual({});
    expect(() => parseAsPython("[")).toThrow("Flow sequence");
    expect(() => parseAsPython("", true)).toThrow(SyntaxError);
  });
});

import { describe, expect, test } from "vitest";
import { pastedValue } from "../src/pasted.ts";

const VALUES = {
  client_id: "5f1d0c9b-e2a7",
  client_secret: "0c6e_8f2d",
  redirect_uri: "https://h.test/cb?x=1",
} as const;
const SHAPES: readonly ((value: string, field: string) => string)[] = [
  (value) => value,
  (value) => ` \u{a0}${value}\r\n`,
  (value) => `\u{feff}${value}\u{200b}\u{200e}`,
  (value) => value.split("").join("\u{ad}"),
  ...['""', "''", "``", "“”", "„“", "‘’", "‚‘", "«»", "»«", "<>", "()", "[]", "{}"].map(
    ([open = "", close = ""]) =>
      (value: string) =>
        open + value + close,
  ),
  (value) => `${value},`,
  (value) => `"${value}";`,
  (value, field) => `${field}: ${value}`,
  (value, field) => `${field}=${value}`,
  (value, field) => `${field.replace("_", " ").toUpperCase()}: "${value}"`,
  (value, field) => `"${field}": "${value}",`,
  (value, field) => JSON.stringify({ other: "x", [field]: value }),
  (value, field) => JSON.stringify({ [field.replace(/_(.)/, (_, c: string) => c.toUpperCase())]: value }, null, 2),
];

describe.each(Object.entries(VALUES))("%s", (field, value) => {
  test.each(SHAPES.map((shape) => shape(value, field)))("%j", (pasted) => {
    expect(pastedValue(field, pasted)).toBe(value);
  });
});

test("a token without its scheme, and nothing is taken from within", () => {
  expect(pastedValue("token", "Authorization: Bearer abc.def,")).toBe("abc.def");
  for (const kept of ["two words", "a\nb", 'a"b', "a,b", "id:5", "<a"])
    expect(pastedValue("client_id", kept)).toBe(kept);
});

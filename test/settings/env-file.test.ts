import { describe, expect, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import { readEnvFile } from "../../src/settings/env-file.ts";
import type { EnvFile } from "../../src/settings/env-file.ts";

const PASSWORD = "UTEC_GATEWAY_PASSWORD";
const read = (text: string | Buffer): EnvFile => readEnvFile(Buffer.from(text), "/srv/.env");

describe("every value is read whole", () => {
  test.each([
    ["abc#def", "abc#def"],
    ["#abc", "#abc"],
    ["abc$def${X}", "abc$def${X}"],
    ["a=b=c", "a=b=c"],
    ["it's", "it's"],
    ['ab"cd', 'ab"cd'],
    ["ab\\ncd", "ab\\ncd"],
    ["correct horse battery", "correct horse battery"],
    ["  abc  ", "abc"],
    ["'abc #def'", "abc #def"],
    ["' abc '", " abc "],
    ["'ab\\ncd'", "ab\\ncd"],
    ['"abc#def"', "abc#def"],
    ['"ab\\"cd"', 'ab"cd'],
    ['"ab\\\\cd"', "ab\\cd"],
    ['"ab\\ncd"', "ab\ncd"],
    ['"ab\\dcd"', "ab\\dcd"],
    ['"ab\ncd"', "ab\ncd"],
    ['`it\'s "that"`', 'it\'s "that"'],
    ["'abc' # a comment", "abc"],
    ["'abc'#a comment", "abc"],
    ["pässwörd€", "pässwörd€"],
    ["", ""],
    ["''", ""],
  ])("%j", (written, value) => {
    const { values, problems } = read(`A=1\n${PASSWORD}=${written}\nB=2\n`);
    expect(values).toEqual({ A: "1", [PASSWORD]: value, B: "2" });
    expect(problems).toEqual([]);
  });

  test.each([
    ["export", `export ${PASSWORD}=abc`],
    ["spaces around the equals sign", `  ${PASSWORD} =\tabc`],
    ["the line ends of Windows", `A=1\r\n${PASSWORD}=abc\r\n`],
    ["the line ends of old Macs", `A=1\r${PASSWORD}=abc\r`],
    ["a byte order mark", `\u{feff}${PASSWORD}=abc`],
    ["UTF-16", Buffer.from(`\u{feff}${PASSWORD}=abc\r\n`, "utf16le")],
    ["a zero-width space in the name", `UTEC_\u{200b}GATEWAY_PASSWORD=abc`],
    ["comments and empty lines", `# a\n\n  # ${PASSWORD}=x\n${PASSWORD}=abc\n#`],
    ["a foreign line that is no assignment", `hello\n'"\n${PASSWORD}=abc`],
    ["a foreign quote that is not closed", `X="abc\n${PASSWORD}=abc`],
  ])("with %s", (_, text) => {
    expect(read(text).values[PASSWORD]).toBe("abc");
  });

  test("a comment behind a number is one", () => {
    expect(read("UTEC_GATEWAY_PORT=8099 # as always")).toEqual({ values: { UTEC_GATEWAY_PORT: "8099" }, problems: [] });
  });
});

describe("what may be meant otherwise is said", () => {
  test.each([
    [`${PASSWORD}=abc #def`, "abc", "ends before the #"],
    [`${PASSWORD}= #def`, "", "ends before the #"],
    [`${PASSWORD}=abc\n${PASSWORD}=def`, "def", "set twice in /srv/.env; line 2 counts"],
    [`${PASSWORD}=“abc”`, "“abc”", "typographic quotes"],
    [`${PASSWORD}=\${OTHER}`, "${OTHER}", "not filled in"],
    [`${PASSWORD}="$OTHER"`, "$OTHER", "not filled in"],
  ])("%j", (text, value, words) => {
    const { values, problems } = read(text);
    expect(values[PASSWORD]).toBe(value);
    expect(problems).toEqual([{ field: PASSWORD, message: expect.stringContaining(words) }]);
  });
});

describe("a value that can't be told for sure ends the start with its line, and is not repeated", () => {
  test.each([
    [`A=1\n${PASSWORD}="canary`, "Line 2 of /srv/.env"],
    [`${PASSWORD}='it's canary'`, "after the closing quote"],
    [`${PASSWORD}="canary"rest`, "after the closing quote"],
    [`${PASSWORD}="canary\nUTEC_GATEWAY_CLIENT_ID="x"`, "after the closing quote"],
    [`${PASSWORD}: canary`, "not followed by ="],
    [`A='1\n2'\n${PASSWORD} canary`, "Line 3 of"],
  ])("%j", (text, words) => {
    expect(() => read(text)).toThrow(Problem);
    expect(() => read(text)).toThrow(words);
    expect(() => read(text)).not.toThrow("canary");
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { JsonObject } from "../../../src/json.ts";
import { InvalidOptions, isOptionType, mergedOptions, validateOptions } from "./options.ts";

const owner = { name: "A lock", slug: "local_lock" };
const taken = (type: unknown, value: unknown): unknown =>
  validateOptions({ a: type }, { a: value }, owner).options["a"];
const refusal = (schema: JsonObject, options: unknown): string => {
  try {
    validateOptions(schema, options, owner);
  } catch (error) {
    if (error instanceof InvalidOptions) return error.extra_fields.validation_error;
    throw error;
  }
  return "taken";
};

describe("what the Supervisor takes for a value, and makes of it", () => {
  test.each([
    ["str", "", ""],
    ["str(1,3)", "🔒🔒🔒", "🔒🔒🔒"],
    ["password", "x", "x"],
    ["bool", "ON", true],
    ["bool", "0", false],
    ["bool", 7.5, true],
    ["bool", [], false],
    ["bool", { a: 1 }, true],
    ["int(1,23)", "5", 5],
    ["int(1,23)", " 2_3 ", 23],
    ["int", 5.9, 5],
    ["int", -5.9, -5],
    ["int", true, 1],
    ["int(,5)", -70, -70],
    ["float(0,1)", "5e-1", 0.5],
    ["url", "lock://x", "lock://x"],
    ["url", " http://a\n", " http://a\n"],
    ["email", "a.b@c.example", "a.b@c.example"],
    ["port", "8099", 8099],
    ["match(^[0-9]+ ?%$)", "5%\n", "5%\n"],
    ["match(|^x$)", "anything", "anything"],
    ["match(x)", "xyz", "xyz"],
    ["match(^\\d$)", "٣", "٣"],
    ["match(^(?P<n>True|7)$)", true, "True"],
    ["match(.*)", [1, "a'b", null], '[1, "a\'b", None]'],
    ["list(a|7|b)", 7, "7"],
    ["list(|a)", "", ""],
    [["int?"], ["1", 2], [1, 2]],
    [["int"], [], []],
    [{ b: { c: "bool?" } }, { b: {} }, { b: {} }],
  ])("%j takes %j", (type, value, made) => {
    expect(taken(type, value)).toEqual(made);
  });

  test("options that may be left out, and lists of them, are left out; a default comes from config.yaml alone", () => {
    expect(validateOptions({ a: "str?", b: ["str?"] }, {}, owner)).toEqual({ options: {}, warnings: [] });
    expect(mergedOptions({ a: 1, b: { c: 1, d: 2 }, e: [1] }, { b: { c: 3 }, e: [] })).toEqual({
      a: 1,
      b: { c: 3, d: 2 },
      e: [],
    });
  });

  test("what the schema lacks is dropped with a line in the Supervisor's log, at any depth", () => {
    expect(validateOptions({ a: [{ b: "str?" }] }, { a: [{ c: 1 }], d: 2 }, owner)).toEqual({
      options: { a: [{}] },
      warnings: [
        "Unknown option 'c' for A lock (local_lock)",
        "Option 'd' does not exist in the schema for A lock (local_lock)",
      ],
    });
    expect(validateOptions(false, { a: 1 }, owner).options).toEqual({});
  });

  test("a secret of Home Assistant stands in for its name", () => {
    expect(validateOptions({ a: "password" }, { a: "!secret door" }, owner, { door: "open" }).options).toEqual({
      a: "open",
    });
  });
});

describe("what the Supervisor refuses, and says", () => {
  const at = "in A lock (local_lock)";
  test.each([
    ["str", 5, "expected str. Got {'a': 5}"],
    ["str(2,)", "x", "length of value must be at least 2.0. Got {'a': 'x'}"],
    ["password(,2)", "xyz", "length of value must be at most 2.0. Got {'a': 'xyz'}"],
    ["bool", "maybe", "expected boolean. Got {'a': 'maybe'}"],
    ["int", "5.0", "expected int. Got {'a': '5.0'}"],
    ["int(1,23)", 24, "value must be at most 23.0. Got {'a': 24}"],
    ["int(1,23)?", null, `Missing required option 'a' ${at}. Got {'a': None}`],
    ["float(0.5,)", 0.25, "value must be at least 0.5. Got {'a': 0.25}"],
    ["float(0,1)", "nan", "value must be at least 0.0. Got {'a': 'nan'}"],
    ["url", "a.example", "expected a URL. Got {'a': 'a.example'}"],
    ["email", "a@b", "expected an email address. Got {'a': 'a@b'}"],
    ["port", 0, "value must be at least 1. Got {'a': 0}"],
    ["match(^x$)", "y", "does not match regular expression ^x$. Got {'a': 'y'}"],
    ["list(b|a)", "", "value must be one of ['a', 'b']. Got {'a': ''}"],
    ["list(b|a)", ["a"], "value must be one of ['a', 'b']. Got {'a': ['a']}"],
    ["device", "/dev/x", `Device '/dev/x' does not exist ${at}. Got {'a': '/dev/x'}`],
    ["text", "x", `Unknown type 'text' ${at}. Got {'a': 'x'}`],
    ["str", "!secret door", `Unknown secret 'door' ${at}. Got {'a': '!secret door'}`],
    [["str"], "x", `Invalid list for option 'a' ${at}. Got {'a': 'x'}`],
    [{ b: "str" }, [], `Invalid dict for option 'a' ${at}. Got {'a': []}`],
    [{ b: "str" }, {}, `Missing option 'b' in a ${at}. Got {'a': {}}`],
    [[], [], `Type error for option 'a' ${at}. Got {'a': []}`],
  ])("%j refuses %j: %s", (type, value, sentence) => {
    expect(refusal({ a: type }, { a: value })).toBe(sentence);
  });

  test("a missing option, also a list of objects: those can't be left out", () => {
    expect(refusal({ a: "str" }, {})).toBe(`Missing option 'a' in root ${at}. Got {}`);
    expect(refusal({ a: [{ b: "str?" }] }, {})).toBe(`Missing option 'a' in root ${at}. Got {}`);
    expect(refusal({}, [])).toBe("expected dict. Got []");
  });

  test("as an answer: 400 with the error's key, the app and all options as they came", () => {
    const error = (() => {
      try {
        return validateOptions({ a: "int" }, { a: "x", b: "y".repeat(600) }, owner);
      } catch (error) {
        return error;
      }
    })();
    expect(error).toMatchObject({
      status: 400,
      error_key: "app_configuration_invalid_error",
      extra_fields: { app: "local_lock" },
      message: expect.stringMatching(
        /^App local_lock has invalid options: expected int\. Got \{'a': 'x', 'b': 'y+\.\.\.$/,
      ),
    });
  });
});

test("types that a schema may not name", () => {
  for (const type of ["", "str", "int(-5,)", "float(.5,1)", "match(()", "device(subsystem=tty)?", "list(a)?"]) {
    expect(isOptionType(type), type).toBe(true);
  }
  for (const type of ["text", "int(1)", "str(-1,5)", "int(1.5,2)", "list()", "bool()", "str(1,2)??", "device(a=b)"]) {
    expect(isOptionType(type), type).toBe(false);
  }
});

describe("ours", () => {
  const root = join(import.meta.dirname, "../../..");
  const { schema, options } = parse(readFileSync(join(root, "config.yaml"), "utf8")) as Record<string, JsonObject>;
  const account = { name: "Home", client_id: "c", client_secret: "s", redirect_uri: "https://a.example/" };

  test("the defaults are valid, and come back as they are", () => {
    expect(validateOptions(schema ?? false, options, owner)).toEqual({ options, warnings: [] });
  });

  test("an account with all that it may have is handed on", () => {
    const full = { ...account, automatic_refresh: false, refresh_buffer: "20%", idle_interval: 5 };
    const given = { ...options, accounts: [account, full], refresh_buffer: "", idle_interval: 23 };
    expect(validateOptions(schema ?? false, given, owner)).toEqual({ options: given, warnings: [] });
  });
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isObject } from "../../../src/json.ts";
import { readAppConfiguration } from "./app-configuration.ts";
import { optionsForm } from "./options-form.ts";
import { readDocument } from "./python/document.ts";

describe("the form that the Supervisor makes of a schema", () => {
  test.each([
    ["str(1,60)", { required: true, type: "string", lengthMin: 1, lengthMax: 60 }],
    ["password?", { optional: true, type: "string", format: "password" }],
    ["int(-5,)", { required: true, type: "integer", lengthMin: -5 }],
    ["float(,.5)?", { optional: true, type: "float", lengthMax: 0.5 }],
    ["bool?", { optional: true, type: "boolean" }],
    ["match(^a,b$)", { required: true, type: "string" }],
    ["list(a|b)?", { optional: true, type: "select", options: ["a", "b"] }],
    ["device", { required: true, type: "select", options: [] }],
    [["url"], { required: true, type: "string", format: "url", multiple: true }],
    [
      [{ b: "port" }],
      { optional: true, type: "schema", multiple: true, schema: [{ name: "b", required: true, type: "integer" }] },
    ],
  ])("%j", (type, field) => {
    expect(optionsForm({ a: type })).toEqual([{ name: "a", ...field }]);
  });

  test("a type that there is not, and a list without one, have no field: only YAML sets them", () => {
    expect(optionsForm({ a: "text", b: [] })).toEqual([]);
    expect(optionsForm(false)).toBeNull();
  });
});

describe("ours", () => {
  const { effective } = readAppConfiguration(readDocument(join(import.meta.dirname, "../../../config.yaml")).value);
  const schema = isObject(effective["schema"]) ? effective["schema"] : {};
  const form = optionsForm(schema) ?? [];
  const [accounts] = form.map((field) => (Array.isArray(field["schema"]) ? field["schema"].filter(isObject) : null));

  test("every option has a field, in the order of the file", () => {
    expect(form.map(({ name }) => name)).toEqual(Object.keys(schema));
    expect(form[0]).toMatchObject({ name: "accounts", type: "schema", multiple: true });
  });

  test("the secret is not shown while it is typed, and what has few values is chosen", () => {
    expect(accounts?.find(({ name }) => name === "client_secret")).toMatchObject({ format: "password" });
    expect(form.find(({ name }) => name === "log_level")).toMatchObject({ type: "select" });
  });

  test("a field that must be filled in has a default, so that the form can be saved as it is", () => {
    const options = isObject(effective["options"]) ? effective["options"] : {};
    const needed = form.filter(({ required }) => required === true).map(({ name }) => name);
    expect(needed.filter((name) => !Object.hasOwn(options, String(name)))).toEqual([]);
  });
});

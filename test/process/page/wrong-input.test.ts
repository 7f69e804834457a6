import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import type { FieldDescription, ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { allProviders } from "../../../src/keeper/providers/providers.ts";
import { aFolder } from "../stage.ts";
import { RIGHT_VALUES, wrongValues } from "./wrong-values.ts";
import { theProduct, visit } from "./visit.ts";
import type { Visit } from "./visit.ts";
import { Wizard } from "./wizard.ts";
import type { Filled } from "./wizard.ts";

/** One gateway for all tests, to which no account is ever added. */
const ends: (() => void | Promise<void>)[] = [];
const atTheEnd = (end: () => void | Promise<void>): void => void ends.unshift(end);

let gateway: GatewayProcess;
let descriptions: readonly ProviderDescription[];
let person: Visit;
let wizard: Wizard;

beforeAll(async () => {
  const product = await theProduct(atTheEnd);
  gateway = await product.start({ dataFolder: aFolder(atTheEnd) });
  descriptions = (await gateway.get<{ providers: ProviderDescription[] }>("api/providers")).providers;
  person = await visit(product.browser, gateway.url);
  wizard = new Wizard(person.page);
});
afterAll(async () => {
  for (const end of ends) await end();
});

const IDS = allProviders().map(({ id }) => id);

test("every kind of cloud is gone through", () => {
  expect(descriptions.map(({ id }) => id)).toEqual(IDS);
});

describe("whatever is wrong is said beside its field, and no account comes of it", () => {
  test.for(IDS)("%s", async (id) => {
    const description = descriptions.find((one) => one.id === id);
    if (description === undefined) throw new Error(`There is no ${id}.`);
    const seen = new Set<string>();
    for (const choices of waysThrough(description)) await walk(description, choices, seen);
    expect([...seen].toSorted()).toEqual(
      typedFields(description)
        .map(({ name }) => name)
        .toSorted(),
    );
    expect((await gateway.state()).accounts).toEqual([]);
    expect(person.sent.filter((path) => path !== "/api/accounts")).toEqual([]);
    expect(person.complaints).toEqual([]);
  });
});

/** The choices that lead to all its fields: each grant, and each group of fields that belong together. */
function waysThrough({ grants, one_of }: ProviderDescription): readonly Filled[] {
  const sets = one_of.map((names) => names.join(" "));
  return grants.flatMap((grant) => (sets.length < 2 ? [{ grant }] : sets.map((set) => ({ grant, set }))));
}

function typedFields({ fields }: ProviderDescription): readonly FieldDescription[] {
  return fields.filter(({ kind }) => kind !== "choice");
}

/** Answers each screen, first wrongly in every way, then rightly. */
async function walk(description: ProviderDescription, choices: Filled, seen: Set<string>): Promise<void> {
  const right: Filled = { ...RIGHT_VALUES, ...choices };
  await wizard.begin(description.id);
  while (!(await wizard.isAtLast())) {
    if ((await wizard.fields()).length > 0) await tryAll(description, right, seen);
    await wizard.answerScreen(right);
  }
  await tryAll(description, right, seen);
}

/** Every wrong value of every field of the screen that has not been tried. */
async function tryAll(description: ProviderDescription, right: Filled, seen: Set<string>): Promise<void> {
  const names = await wizard.fields();
  const fields = typedFields(description).filter(({ name }) => names.includes(name) && !seen.has(name));
  if (fields.length > 0) await wizard.fill(right);
  for (const field of fields) {
    seen.add(field.name);
    for (const wrong of wrongValuesOf(field)) {
      await wizard.field(field.name).fill(wrong);
      await wizard.next();
      await expectRefused(field, wrong, right);
    }
    await wizard.field(field.name).fill(right[field.name] ?? "");
  }
}

/** What may be left empty is not missed. */
function wrongValuesOf(field: FieldDescription): readonly string[] {
  return field.required ? ["", ...wrongValues(field)] : wrongValues(field);
}

/** It is said where it was typed, at once or, where only the gateway sees it, when all else has been answered. */
async function expectRefused({ name, label }: FieldDescription, wrong: string, right: Filled): Promise<void> {
  const what = `${label}: ${JSON.stringify(wrong.slice(0, 40))}`;
  const refused = person.page.locator(`input#${name}[aria-invalid=true]`);
  while ((await refused.count()) === 0) {
    expect(wizard.isAtSignIn, `${what} was taken`).toBe(false);
    expect(await person.page.locator("[aria-invalid=true], .problem").count(), `${what} is said elsewhere`).toBe(0);
    await wizard.answerScreen(right);
  }
  expect(await wizard.below(name), what).toMatch(/^[A-Z].{12,}/);
  expect(await person.page.locator(`#${name}-below.mistake`).count(), what).toBe(1);
  await expect.poll(() => person.page.locator(`input#${name}:focus`).count(), { timeout: 5000, message: what }).toBe(1);
}

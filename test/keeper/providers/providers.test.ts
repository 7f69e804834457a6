import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ProviderDetails } from "../../../src/keeper/account.ts";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import type { AccountField } from "../../../src/keeper/providers/provider-fields.ts";
import { allProviders, DEFAULT_PROVIDER } from "../../../src/keeper/providers/providers.ts";
import { ALL_FIELDS, describeProvider } from "../../../src/keeper/providers/provider-description.ts";
import { House } from "../house.ts";

/** What a person might enter, so that a new provider is tried without a line here. */
const ENTERED: Readonly<Record<AccountField, string>> = {
  client_id: "client-1",
  client_secret: "canary-client-secret",
  redirect_uri: "https://example.test/callback",
  grant: "authorization_code",
  issuer: "https://issuer.example.test",
  authorize_url: "https://issuer.example.test/authorize",
  token_url: "https://issuer.example.test/token",
  device_authorization_url: "https://issuer.example.test/device",
  revocation_url: "https://issuer.example.test/revoke",
  scope: "openid",
  audience: "https://api.example.test",
  client_authentication: "client_secret_post",
  url: "https://login.example.test/login",
  username: "ada@example.test",
  password: "canary-password",
  token: "canary-static-token",
  refresh_token: "canary-refresh-token",
  api_url: "https://api.example.test/v1",
  token_in: "header:X-Api-Key",
  kept_answers_s: "600",
};

let house: House | undefined;
afterEach(() => house?.remove());

const providers = allProviders();
const named = providers.map((provider) => [provider.id, provider] as const);

function enteredFor({ id, fields }: Provider, except?: AccountField): ProviderDetails {
  const wanted = [...fields.required, ...fields.optional].filter((field) => field !== except);
  const entered = Object.fromEntries(wanted.map((field) => [field, ENTERED[field]]));
  return { ...entered, provider: id, name: "One" };
}

test("each file of data is in the list, once", () => {
  const folder = join(import.meta.dirname, "../../../src/keeper/providers");
  const files = globSync("*.ts", { cwd: folder }).map((file) => basename(file, ".ts"));
  const types = new Set([
    "account-provider",
    "grants",
    "provider",
    "provider-description",
    "provider-fields",
    "providers",
  ]);
  expect(providers.map(({ id }) => id).toSorted()).toEqual(files.filter((file) => !types.has(file)).toSorted());
  expect(providers.map(({ id }) => id)).toContain(DEFAULT_PROVIDER);
});

describe.each(named)("%s", (_, provider) => {
  test("is plain values, so that it can be handed to a worker", () => {
    expect(structuredClone(provider)).toEqual(provider);
  });

  test("keeps secrets on encrypted connections", () => {
    const urls = [
      provider.authorizeUrl,
      provider.tokenUrl,
      provider.revocationUrl,
      // Who has signed in is asked there, too.
      provider.api.url,
    ];
    for (const url of urls) if (url) expect(new URL(url).protocol).toBe("https:");
  });

  test("reads errors by words that are regular expressions", () => {
    for (const { words } of provider.errorRules) expect(() => new RegExp(words, "i")).not.toThrow();
  });
});

describe.each(named)("%s", (_, provider) => {
  test("gets accounts by its fields, and by none that lacks a required one", () => {
    house = new House({ url: "http://127.0.0.1:9", providers });
    const { keeper } = house;
    for (const missing of provider.fields.required) {
      const refusal = expect.objectContaining({ code: "bad_request", field: missing });
      expect(() => keeper.addAccount(enteredFor(provider, missing))).toThrowError(refusal);
    }
    const account = keeper.addAccount(enteredFor(provider));
    expect(account).toMatchObject({ provider: provider.id, name: "One", last_error: null });
    expect(JSON.stringify(account)).not.toContain("canary");
  });

  test("gets no account with a field of another provider's, at the beginning or later", () => {
    house = new House({ url: "http://127.0.0.1:9", providers });
    const { keeper } = house;
    const own = new Set<string>([...provider.fields.required, ...provider.fields.optional]);
    const { id } = keeper.addAccount(enteredFor(provider));
    for (const other of ALL_FIELDS.filter((field) => !own.has(field))) {
      const refusal = expect.objectContaining({
        code: "bad_request",
        field: other,
        message: expect.stringContaining(`Accounts of ${provider.title} have no ${other}`),
      });
      const said = { [other]: ENTERED[other] };
      expect(() => keeper.addAccount({ ...enteredFor(provider), ...said })).toThrowError(refusal);
      expect(() => keeper.updateAccount(id, said)).toThrowError(refusal);
    }
  });

  test("describes itself for people and programs", () => {
    const { label, purpose, grants, fields } = describeProvider(provider);
    expect(label).toMatch(/^\S.*[^.]$/);
    expect(purpose).toMatch(/^[A-Z].*\.$/);
    expect(grants[0]).toBe(provider.grant);
    expect(new Set(fields.map(({ name }) => name))).toEqual(
      new Set([...provider.fields.required, ...provider.fields.optional]),
    );
    for (const field of fields) {
      expect(field.help).toMatch(/^[A-Z].*\.$/);
      expect(field.kind === "choice").toBe(field.values.length > 0);
      if (field.default !== null && field.kind === "choice") expect(field.values).toContain(field.default);
      expect(field.secret).toBe(ENTERED[field.name].startsWith("canary"));
      expect(grants).toEqual(expect.arrayContaining([...field.grants]));
    }
    for (const name of provider.fields.required) {
      expect(fields.find((field) => field.name === name)).toMatchObject({ required: true, required_for: grants });
    }
  });

  test("asks for what it describes as required for each of its grants, and for nothing else", () => {
    const { grants, fields, one_of } = describeProvider(provider);
    for (const grant of grants) {
      house = new House({ url: "http://127.0.0.1:9", providers });
      const { keeper } = house;
      const chosen = fields.some(({ name }) => name === "grant") ? { grant } : {};
      const wanted = fields.filter(({ required_for }) => required_for.includes(grant)).map(({ name }) => name);
      // An issuer, or the endpoints: one of them is enough, so that neither is required.
      const place =
        provider.tokenUrl === null && fields.some(({ name }) => name === "issuer") ? ["issuer" as const] : [];
      const group = one_of[0] ?? [];
      const details = (names: readonly AccountField[]): ProviderDetails => ({
        ...Object.fromEntries([...names, ...place, ...group].map((name) => [name, ENTERED[name]])),
        ...chosen,
        provider: provider.id,
        name: "One",
      });
      for (const missing of wanted) {
        const refusal = expect.objectContaining({ code: "bad_request", field: missing });
        expect(() => keeper.addAccount(details(wanted.filter((name) => name !== missing)))).toThrowError(refusal);
      }
      expect(keeper.addAccount(details(wanted))).toMatchObject({ provider: provider.id, last_error: null });
      house.remove();
    }
  });
});

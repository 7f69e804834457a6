import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ProviderDetails } from "../../../src/keeper/account.ts";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import type { AccountField } from "../../../src/keeper/providers/provider-fields.ts";
import { allProviders, DEFAULT_PROVIDER } from "../../../src/keeper/providers/providers.ts";
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
  revocation_url: "https://issuer.example.test/revoke",
  scope: "openid",
  audience: "https://api.example.test",
  client_authentication: "client_secret_post",
  url: "https://login.example.test/login",
  username: "ada@example.test",
  password: "canary-password",
  token: "canary-static-token",
  refresh_token: "canary-refresh-token",
};

let house: House | undefined;
afterEach(() => house?.remove());

const providers = allProviders();
const named = providers.map((provider) => [provider.id, provider] as const);

function enteredFor({ id, fields }: Provider, except?: AccountField): ProviderDetails {
  const wanted = [...(fields?.required ?? []), ...(fields?.optional ?? [])].filter((field) => field !== except);
  const entered = Object.fromEntries(wanted.map((field) => [field, ENTERED[field]]));
  return { ...entered, provider: id, name: "One" };
}

test("each file of data is in the list, once", () => {
  const folder = join(import.meta.dirname, "../../../src/keeper/providers");
  const files = globSync("*.ts", { cwd: folder }).map((file) => basename(file, ".ts"));
  const types = new Set(["account-provider", "provider", "provider-fields", "providers"]);
  expect(providers.map(({ id }) => id).toSorted()).toEqual(files.filter((file) => !types.has(file)).toSorted());
  expect(providers.map(({ id }) => id)).toContain(DEFAULT_PROVIDER);
});

describe.each(named)("%s", (_, provider) => {
  test("is plain values, so that it can be handed to a worker", () => {
    expect(structuredClone(provider)).toEqual(provider);
  });

  test("keeps secrets on encrypted connections", () => {
    const urls = [provider.authorizeUrl, provider.tokenUrl, provider.revocationUrl, provider.identity?.url];
    for (const url of urls) if (url) expect(new URL(url).protocol).toBe("https:");
  });

  test("reads errors by words that are regular expressions", () => {
    for (const { words } of provider.errorRules) expect(() => new RegExp(words, "i")).not.toThrow();
  });
});

describe.each(named.filter(([, { fields }]) => fields !== null))("%s", (_, provider) => {
  test("gets accounts by its fields, and by none that lacks a required one", () => {
    house = new House({ url: "http://127.0.0.1:9", providers });
    const { keeper } = house;
    for (const missing of provider.fields?.required ?? []) {
      const refusal = expect.objectContaining({ code: "bad_request", field: missing });
      expect(() => keeper.addAccount(enteredFor(provider, missing))).toThrowError(refusal);
    }
    const account = keeper.addAccount(enteredFor(provider));
    expect(account).toMatchObject({ provider: provider.id, name: "One", last_error: null });
    expect(JSON.stringify(account)).not.toContain("canary");
  });
});

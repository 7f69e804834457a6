import { describe, expect, test } from "vitest";
import { ISSUER, LOGIN, MACHINE, again, discovery, granted, scriptedCloudsForEach, state } from "./scripted-clouds.ts";

const build = scriptedCloudsForEach();

describe("a secret goes", () => {
  test.each([["http://issuer.test/token"], ["ftp://issuer.test/token"], ["/token"], [""], [5]])(
    "to no token endpoint at %j, which an issuer on https names",
    async (token_endpoint) => {
      const { house, asked } = build(({ url }) =>
        url.includes("/.well-known/") ? discovery({ token_endpoint }) : granted(),
      );
      const { token_url: _, ...rest } = MACHINE;
      const { id } = house.keeper.addAccount({ ...rest, issuer: ISSUER });
      expect(await house.runner.run(again(id))).toMatchObject({ outcome: "failed" });
      expect(asked.filter(({ url }) => !url.includes("/.well-known/"))).toEqual([]);
      expect(state(house)).toMatchObject({ status: "retrying", last_error: { code: "not_discovered" } });
    },
  );

  test("to no address that has a password in it", () => {
    const { house } = build(() => granted());
    const token_url = "https://:canary@cloud.test/token";
    expect(() => house.keeper.addAccount({ ...MACHINE, token_url })).toThrowError(
      expect.objectContaining({ code: "bad_request", field: "token_url" }),
    );
  });

  test("to a revocation endpoint on http where a person has given that", async () => {
    const { house, asked } = build(() => granted());
    const revocation_url = "http://cloud.test/revoke";
    const { id } = house.keeper.addAccount({ ...MACHINE, revocation_url });
    await house.runner.run(again(id));
    expect(await house.keeper.signOut(id)).toMatchObject({ reason: "signed_out" });
    expect(asked.at(-1)).toMatchObject({ url: revocation_url });
    expect(house.lines.join("")).toContain("The cloud has ended the grant.");
  });

  test("into no state, history or log when a cloud says it back in place of an error's code", async () => {
    const { house } = build(() => Response.json({ error: LOGIN.password }, { status: 401 }));
    const { id } = house.keeper.addAccount(LOGIN);
    await house.runner.run(again(id));
    expect(state(house)).toMatchObject({ status: "misconfigured", last_error: { code: "credentials_refused" } });
    expect(state(house)?.attempts.at(-1)?.message).toContain('"[secret]"');
    const seen = JSON.stringify([house.keeper.accounts(), house.keeper.events(id), house.lines]);
    expect(seen).not.toContain(LOGIN.password);
  });
});

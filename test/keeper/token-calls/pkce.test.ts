import { describe, expect, test } from "vitest";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import type { ProviderDetails } from "../../../src/keeper/account.ts";
import { DETAILS, House } from "../house.ts";
import { BROWSER, again, discovery, granted, scriptedCloudsForEach, state } from "../scripted-clouds.ts";
import { CLIENT_SECRET, REDIRECT_URI } from "./issuer.ts";
import { IssuerHouses } from "./issuer-houses.ts";

const stage = IssuerHouses.forEach();
const build = scriptedCloudsForEach();

const confidential = (): ProviderDetails => ({
  provider: "oauth2",
  name: "Photos",
  issuer: stage.issuer.url,
  client_id: "browser",
  client_secret: CLIENT_SECRET,
  redirect_uri: REDIRECT_URI,
});

/** An account whose sign-in page is open. */
async function onThePage(details: ProviderDetails, house = stage.build()) {
  const { id } = house.keeper.addAccount(details);
  await house.runner.run(again(id));
  return { house, id, page: house.keeper.authorise(id).url };
}

async function redirected(page: string): Promise<string> {
  const state = new URL(page).searchParams.get("state") ?? "";
  return `${REDIRECT_URI}?code=${await stage.issuer.code(page)}&state=${state}`;
}

describe("a code's sign-in", () => {
  test("carries a challenge to a server that says it knows PKCE, which checks what proves it", async () => {
    const { house, id, page } = await onThePage(confidential());
    const { searchParams } = new URL(page);
    expect(searchParams.get("code_challenge_method")).toBe("S256");
    expect(searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(await house.keeper.exchange(await redirected(page), id)).toMatchObject({ status: "fresh", generation: 1 });
  });

  test("is refused by that server with the proof of another sign-in", async () => {
    const { house, id, page } = await onThePage(confidential());
    const another = new URL(house.keeper.authorise(id).url).searchParams.get("state") ?? "";
    const code = await stage.issuer.code(page);
    await expect(house.keeper.exchange(`${REDIRECT_URI}?code=${code}&state=${another}`, id)).rejects.toMatchObject({
      code: "code_refused",
    });
  });

  test("carries one for a public client, whatever its server says", async () => {
    const { house, asked } = build(({ url }) => (url.includes("/.well-known/") ? discovery() : granted()));
    const { id } = house.keeper.addAccount({ ...BROWSER, client_secret: "", client_authentication: "none" });
    await house.runner.run(again(id));
    const page = new URL(house.keeper.authorise(id).url);
    expect(page.searchParams.get("code_challenge_method")).toBe("S256");
    await house.keeper.exchange(`https://example.test/callback?code=abc&state=${page.searchParams.get("state")}`, id);
    expect(asked.at(-1)?.body).toMatch(/code_verifier=[\w-]{43}/);
    expect(state(house)).toMatchObject({ status: "fresh" });
  });

  test("carries none to a server that does not say so, nor to U-tec's", async () => {
    const { house } = build(({ url }) => (url.includes("/.well-known/") ? discovery() : granted()));
    const { id } = house.keeper.addAccount(BROWSER);
    await house.runner.run(again(id));
    expect(house.keeper.authorise(id).url).not.toContain("code_challenge");
    const utec = new House({ url: "https://cloud.test", providers: [utecProvider()] });
    expect(utec.keeper.authorise(utec.keeper.addAccount(DETAILS).id).url).not.toContain("code_challenge");
    utec.remove();
  });

  test("can be proven after a restart in the middle, and by a bare code that was pasted", async () => {
    const { house, id, page } = await onThePage({ ...confidential(), client_id: "public", client_secret: "" });
    house.close();
    const later = stage.build(house.folder);
    expect(await later.keeper.exchange(await stage.issuer.code(page), id)).toMatchObject({ status: "fresh" });
  });

  test("keeps its proof sealed, and out of the log", async () => {
    const { house, page } = await onThePage(confidential());
    const pending = house.vault.signIns.find(new URL(page).searchParams.get("state") ?? "", house.clock.now());
    const proof = pending?.code_verifier ?? "";
    expect(proof).toMatch(/^[\w-]{43}$/);
    house.world.log.info(`a line with ${proof}`);
    expect(house.lines.join("\n")).not.toContain(proof);
  });
});

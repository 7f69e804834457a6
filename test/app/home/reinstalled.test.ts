import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Home } from "./home.ts";
import { IngressPage } from "./ingress-page.ts";
import { ACCOUNT, settledHome, until, useFrontDoor } from "./settled-home.ts";

interface Registered {
  readonly id: string;
  readonly entity_id: string;
  readonly unique_id: string;
}

describe.skipIf(!inject("isHome"))("the add-on installed again, without its data", { timeout: 180_000 }, () => {
  let home: Home;
  let page: IngressPage;

  beforeAll(async () => {
    ({ home, page } = await settledHome());
  }, 300_000);
  afterAll(() => home.stop());

  const client = () => home.homeAssistant.client;
  /** The rows of the entity registry: a row that is made anew has lost its history, its area and its name. */
  const rows = async (): Promise<string[]> => {
    const entities = await client().ws<Registered[]>({ type: "config/entity_registry/list" });
    return entities.filter((one) => "platform" in one && one.platform === "utec_gateway").map(({ id }) => id);
  };
  const repair = async () => (await client().repairs()).find(({ domain }) => domain === "utec_gateway");

  test("is offered in the place of the first one, and takes over every entity", async () => {
    const before = await rows();
    expect(before.length).toBeGreaterThan(0);
    const { gateway } = await page.state();
    await home.supervisor.uninstall(home.slug);
    home.supervisor.install(home.slug).options = { accounts: [ACCOUNT] };
    await home.supervisor.startApp(home.slug);
    page = await IngressPage.open(home);
    expect((await page.waitFor(({ accounts }) => accounts.length === 1, "the account")).gateway.id).not.toBe(
      gateway.id,
    );
    await page.waitFor((picture) => picture.gateway.link.status === "other_gateway", "the refusal");
    await page.signIn();

    const offer = await until(
      async () => ((await repair())?.translation_key === "take_over" ? repair() : undefined),
      "the repair that offers it",
      120_000,
    );
    const fix = { handler: "utec_gateway", issue_id: offer.issue_id };
    const form = await client().request<{ flow_id: string }>("POST", "/api/repairs/issues/fix", fix);
    await client().request("POST", `/api/repairs/issues/fix/${form.flow_id}`, {});
    await page.waitFor((picture) => picture.gateway.link.status === "linked", "the link", 60_000);
    await useFrontDoor(home);
    expect(await rows()).toEqual(before);
    expect(await repair()).toBeUndefined();
  });
});

import { expect, test, vi } from "vitest";
import { Endpoints } from "../../../src/http/api/endpoints.ts";
import { models } from "../../../src/http/openapi/models.ts";
import { paths } from "../../../src/http/openapi/paths.ts";
import { openApiDocument } from "../../../src/http/openapi/document.ts";
import { aStage } from "../stage.ts";

test("the gateway serves its own description", async () => {
  const { ask } = await aStage();
  expect((await ask("/api/openapi.json")).json).toEqual(openApiDocument("1.2.3"));
});

test("every reference leads to a model, and every model is used", () => {
  const text = JSON.stringify(openApiDocument("1.2.3"));
  const used = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
  expect(used).toEqual(new Set(Object.keys(models)));
});

test("every operation has a name of its own", () => {
  const ids = Object.values(paths).flatMap(({ get, post, delete: remove }) =>
    [get, post, remove].flatMap((each) => each?.["operationId"] ?? []),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

/** What is asked for where the document wants something in the query. */
const QUERY: Readonly<Record<string, string>> = { account_id: "home", format: "json" };
/** The feed is a WebSocket, and the redirect wants a sign-in that is under way: each has tests of its own. */
const NO_PLAIN_READ = ["/api/live", "/oauth/callback"];

test.for(Object.entries(paths).flatMap(([path, { get }]) => (get ? [[path, get] as const] : [])))(
  "GET %s answers as it is described",
  async ([path, { parameters = [] }]) => {
    const { ask } = await aStage();
    const wanted = (parameters as readonly Parameter[]).filter(({ required }) => required);
    const query = wanted.map(({ name }) => {
      const value = QUERY[name];
      if (value === undefined) throw new Error(`Say in QUERY of this test what ${path}?${name}= is asked with.`);
      return `${name}=${value}`;
    });
    // Whatever is answered is held against the description by the stage.
    const { status } = await ask([path, ...query].join("?"));
    if (!NO_PLAIN_READ.includes(path)) expect(status).toBe(200);
  },
);

interface Parameter {
  readonly name: string;
  readonly required: boolean;
}

test("every described address is there, with the methods described and no other", async () => {
  const { ask } = await aStage();
  for (const [path, { get, post, delete: remove }] of Object.entries(paths)) {
    const { status, headers } = await ask(path, { method: "PUT" });
    const methods = [...(get ? ["GET", "HEAD"] : []), ...(post ? ["POST"] : []), ...(remove ? ["DELETE"] : [])].join(
      ", ",
    );
    expect([path, status, headers.allow]).toEqual([path, 405, methods]);
  }
});

test("every address that is there is described", async () => {
  const added = vi.spyOn(Endpoints.prototype, "add");
  await aStage();
  const there = added.mock.calls.map(([path]) => path);
  added.mockRestore();
  expect(there.toSorted()).toEqual(Object.keys(paths).toSorted());
});

test("whatever changes something is closed to other pages and to forms", async () => {
  const { ask, picture } = await aStage();
  const before = picture.snapshot();
  for (const [path] of Object.entries(paths).filter(([, { post }]) => post)) {
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await ask(path, { method: "POST", body: "{}", headers })).status;
    expect([path, await status({ origin: "https://evil.example" })]).toEqual([path, 403]);
    expect([path, await status({ host: "evil.example" })]).toEqual([path, 403]);
    expect([path, await status({ "content-type": "text/plain" })]).toEqual([path, 415]);
  }
  for (const [path] of Object.entries(paths).filter(([, { delete: remove }]) => remove)) {
    for (const headers of [{ origin: "https://evil.example" }, { host: "evil.example" }]) {
      expect([path, (await ask(path, { method: "DELETE", headers })).status]).toEqual([path, 403]);
    }
  }
  expect(picture.snapshot()).toEqual(before);
});

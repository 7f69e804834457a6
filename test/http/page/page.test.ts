import { expect, test } from "vitest";
import { pageUrl } from "../../../src/http/page/page.ts";
import { aStage, buildPage } from "../stage.ts";

test("the page is served afresh, its hashed files are kept for ever", async () => {
  const { ask, pageFolder } = await aStage();
  buildPage(pageFolder);
  const cached = async (path: string): Promise<unknown[]> => {
    const { status, headers } = await ask(path);
    return [status, headers["content-type"]?.split(";")[0], headers["cache-control"]];
  };
  expect(await cached("/")).toEqual([200, "text/html", "no-cache"]);
  expect(await cached("/index.html")).toEqual([200, "text/html", "no-cache"]);
  expect(await cached("/icon.svg")).toEqual([200, "image/svg+xml", "no-cache"]);
  expect(await cached("/assets/page-1a2b.js")).toEqual([200, "text/javascript", "public, max-age=31536000, immutable"]);
});

test("a page that has not changed is not sent again", async () => {
  const { ask, pageFolder } = await aStage();
  buildPage(pageFolder);
  const { headers } = await ask("/");
  const again = await ask("/", { headers: { "if-none-match": headers.etag ?? "" } });
  expect([again.status, again.text]).toEqual([304, ""]);
});

test("nothing beside the page's own files is served", async () => {
  const { ask, pageFolder } = await aStage();
  buildPage(pageFolder);
  for (const path of ["/assets", "/assets/", "/assets/none.js", "/../package.json", "/%2e%2e/package.json", "/.env"]) {
    expect([path, (await ask(path)).json?.["code"]]).toEqual([path, "not_found"]);
  }
});

test("as long as the page is not built, its address says how to build it", async () => {
  const { ask } = await aStage();
  const { status, text } = await ask("/");
  expect([status, text]).toEqual([503, expect.stringContaining("npm run build")]);
  expect((await ask("/api/state")).status).toBe(200);
});

test("every answer carries the headers that keep other pages out of it", async () => {
  const { ask, pageFolder } = await aStage();
  buildPage(pageFolder);
  for (const path of ["/", "/assets/page-1a2b.js", "/api/state", "/nothing", "/oauth/callback?code=1"]) {
    const { headers } = await ask(path);
    expect(headers, path).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["x-powered-by"]).toBeUndefined();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  }
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:8099"],
  ["::1", "http://[::1]:8099"],
  ["gateway.lan", "http://gateway.lan:8099"],
  // No link in Home Assistant is better than one that leads nowhere.
  ["0.0.0.0", null],
  ["::", null],
])("on %s the page's address is %s", (host, url) => {
  expect(pageUrl(host, 8099)).toBe(url);
});

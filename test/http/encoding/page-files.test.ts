import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { compressPage } from "../../../scripts/bundle/compress-page.ts";
import { aStage, buildPage } from "../stage.ts";
import { wire } from "./wire.ts";

const CHROME = { "accept-encoding": "gzip, deflate, br, zstd" };
/** Without encryption browsers take no brotli. */
const PLAIN_HTTP = { "accept-encoding": "gzip, deflate" };
const SCRIPT = "/assets/page-1a2b.js";
const LONG = "export const word = 'the same again';\n".repeat(2000);

let port = 0;
let pageFolder = "";

beforeEach(async () => {
  ({ port, pageFolder } = await aStage());
  buildPage(pageFolder);
  writeFileSync(join(pageFolder, SCRIPT), LONG);
  writeFileSync(join(pageFolder, "index.html"), `<!doctype html>${"<p>word</p>".repeat(500)}`);
  await compressPage(pageFolder);
});

describe("the page's files", () => {
  test("come compressed, as the browser takes them, and as what they are", async () => {
    for (const [headers, encoding] of [
      [CHROME, "br"],
      [PLAIN_HTTP, "gzip"],
    ] as const) {
      const answer = await wire(port, SCRIPT, headers);
      expect(answer.headers).toMatchObject({
        "content-type": expect.stringMatching(/^text\/javascript\b/),
        "content-encoding": encoding,
        "content-length": String(answer.body.length),
        "cache-control": "public, max-age=31536000, immutable",
        vary: "Accept-Encoding",
        "x-content-type-options": "nosniff",
      });
      expect(answer.text).toBe(LONG);
      expect(answer.body.length).toBeLessThan(LONG.length / 20);
    }
    for (const path of ["/", "/index.html", "/?from=ingress"]) {
      const { headers, text } = await wire(port, path, CHROME);
      expect([path, headers["content-encoding"], headers["cache-control"]]).toEqual([path, "br", "no-cache"]);
      expect([headers["content-type"], text.slice(0, 15)]).toEqual(["text/html; charset=utf-8", "<!doctype html>"]);
    }
  });

  test.each([
    {},
    { "accept-encoding": "identity" },
    { "accept-encoding": "br;q=0, gzip;q=0" },
    { "accept-encoding": "" },
  ])("come as they are to who asks with %j", async (headers) => {
    const answer = await wire(port, SCRIPT, headers);
    expect(answer.body.toString()).toBe(LONG);
    expect([answer.headers["content-encoding"], answer.headers.vary]).toEqual([undefined, "Accept-Encoding"]);
  });

  test("come as they are where nothing was compressed beforehand", async () => {
    const { headers, text } = await wire(port, "/icon.svg", CHROME);
    expect([headers["content-encoding"], headers["content-type"], text]).toEqual([
      undefined,
      "image/svg+xml",
      "<svg/>",
    ]);
    expect([headers.vary, headers["cache-control"]]).toEqual(["Accept-Encoding", "no-cache"]);
  });

  test("have a tag for each form, and are not sent again", async () => {
    const tags = new Set<string | undefined>();
    for (const headers of [CHROME, PLAIN_HTTP, {}]) {
      const { etag = "" } = (await wire(port, "/", headers)).headers;
      tags.add(etag);
      const again = await wire(port, "/", { ...headers, "if-none-match": etag });
      expect([again.status, again.body.length, again.headers["content-encoding"]]).toEqual([304, 0, undefined]);
      expect([again.headers.etag, again.headers.vary]).toEqual([etag, "Accept-Encoding"]);
      const other = await wire(port, "/", { ...headers, "if-none-match": 'W/"another"' });
      expect(other.status).toBe(200);
    }
    expect(tags.size).toBe(3);
  });

  test("are the same by HEAD, without a body", async () => {
    const { headers } = await wire(port, SCRIPT, CHROME);
    const asked = await wire(port, SCRIPT, CHROME, { method: "HEAD" });
    expect(asked.body).toHaveLength(0);
    for (const name of ["content-length", "content-encoding", "content-type", "etag", "vary"]) {
      expect([name, asked.headers[name]]).toEqual([name, headers[name]]);
    }
  });

  test("come in parts of the form that was asked for", async () => {
    const { body: whole } = await wire(port, SCRIPT, PLAIN_HTTP);
    const part = await wire(port, SCRIPT, { ...PLAIN_HTTP, range: "bytes=0-9" }, { method: "HEAD" });
    expect([part.status, part.headers["content-range"]]).toEqual([206, `bytes 0-9/${whole.length}`]);
  });

  test("and a part that is not there is refused in plain text", async () => {
    const { status, headers, body } = await wire(port, SCRIPT, { ...CHROME, range: "bytes=999999-" });
    expect(headers["content-encoding"]).toBeUndefined();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(body.toString())).toHaveProperty("code");
  });

  test.each([
    `${SCRIPT}.br`,
    `${SCRIPT}.gz`,
    "/index.html.br",
    "/.br",
    "/assets/",
    "/../package.json",
    "/%2e%2e/package.json",
  ])("are all that is served: not %s", async (path) => {
    const { status, headers, text } = await wire(port, path, CHROME);
    expect([status, headers["content-encoding"], (JSON.parse(text) as { code: string }).code]).toEqual([
      404,
      undefined,
      "not_found",
    ]);
  });
});

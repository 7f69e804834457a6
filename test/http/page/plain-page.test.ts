import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { escapeHtml, sendPlainPage } from "../../../src/http/page/plain-page.ts";

test("a plain page says what went in as text, and its policy names the one style sheet by its content", async () => {
  const server = createServer((_request, response) =>
    sendPlainPage(response, 418, { lang: "de", title: "Not <this>", main: `<p>${escapeHtml(`"a" & 'b'`)}</p>` }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const text = await answer.text();
  expect([answer.status, answer.headers.get("content-type")]).toEqual([418, "text/html; charset=utf-8"]);
  expect(text).toContain("<title>Not &#60;this&#62; · U-tec Gateway</title>");
  expect(text).toContain("<h1>Not &#60;this&#62;</h1>");
  expect(text).toContain("<p>&#34;a&#34; &#38; &#39;b&#39;</p>");
  expect(text).toContain('<html lang="de">');
  expect(answer.headers.get("content-language")).toBe("de");
  const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? "";
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain(`'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  expect(policy).not.toMatch(/unsafe|script/);
});

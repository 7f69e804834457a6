import { expect, test } from "vitest";
import * as bundled from "../../scripts/bundle/fetch-classes.ts";

/** The classes of the bundle, and those in whose place they stand. */
const KINDS = [bundled, { Headers, Response }];

test("headers of the bundle are collected as Node collects them", () => {
  const [ours, nodes] = KINDS.map(({ Headers }) => {
    const headers = new Headers({ Accept: "text/html", "user-agent": "gateway" });
    headers.set("ACCEPT", "application/json");
    headers.append("accept", "application/jwt");
    headers.append("X-New", "1");
    headers.delete("User-Agent");
    const copy = new Headers(headers as bundled.Headers & Headers);
    return [
      copy.get("Accept"),
      copy.get("none"),
      copy.has("x-new"),
      copy.has("user-agent"),
      Object.fromEntries(copy.entries()),
      [...copy],
      [...new Headers()],
      Object.prototype.toString.call(copy),
    ];
  });
  expect(ours).toEqual(nodes);
});

test("answers of the bundle are read as Node's are, and once", async () => {
  const [ours, nodes] = await Promise.all(
    KINDS.map(async ({ Response }) => {
      const found = Response.json({ token: "ü" });
      const refused = new Response('{"error":"no"}', { status: 400, headers: { "Content-Type": "text/html" } });
      const before = [found, refused].map(({ status, ok, bodyUsed, headers }) => [
        status,
        ok,
        bodyUsed,
        headers.get("content-type"),
      ]);
      return [
        before,
        await found.json(),
        await refused.text(),
        [found.bodyUsed, refused.bodyUsed],
        await found.json().catch((error: unknown) => (error as Error).name),
        await new Response("no JSON").json().catch((error: unknown) => (error as Error).name),
        await new Response().text(),
        Object.prototype.toString.call(found),
      ];
    }),
  );
  expect(ours).toEqual(nodes);
});

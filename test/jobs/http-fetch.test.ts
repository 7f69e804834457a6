import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { httpFetch as fetchThrough } from "../../src/jobs/http-fetch.ts";
import type { IncomingAnswer } from "../../src/keeper/token-calls/http-call.ts";

const httpFetch = fetchThrough();

/** A server on loopback that answers as told; returns its address. */
async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/token`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

async function textOf({ body }: IncomingAnswer): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body ?? [])).toString();
}

describe("the worker's fetch", () => {
  it("posts a form with its headers, on a connection of its own", async () => {
    const url = await serverThat((request, response) => {
      const { method, headers } = request;
      void bodyOf(request).then((body) => response.end(JSON.stringify({ method, headers, body })));
    });
    const answer = await httpFetch(url, {
      method: "POST",
      headers: { authorization: "Basic eDp5", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "a b&ü" }),
    });
    expect(JSON.parse(await textOf(answer))).toMatchObject({
      method: "POST",
      headers: {
        authorization: "Basic eDp5",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": "51",
        connection: "close",
      },
      body: "grant_type=refresh_token&refresh_token=a+b%26%C3%BC",
    });
  });

  it("tells of each request that has left, and not of one that found no way", async () => {
    const url = await serverThat((request, response) => void bodyOf(request).then(() => response.end()));
    let sent = 0;
    const fetch = fetchThrough(null, () => (sent += 1));
    await fetch(url, { method: "POST", body: "a=b" });
    await fetch(url, {});
    expect(sent).toBe(2);
    await expect(fetch("http://127.0.0.1:9/token", { method: "POST", body: "a=b" })).rejects.toThrow("ECONNREFUSED");
    expect(sent).toBe(2);
  });

  it("gives status, headers and body of any answer, and follows no redirect", async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(302, { location: "/elsewhere", "retry-after": "7", "x-twice": ["1", "2"] }).end("moved");
    });
    const answer = await httpFetch(url, {});
    expect([answer.status, answer.headers.get("location"), answer.headers.get("retry-after")]).toEqual([
      302,
      "/elsewhere",
      "7",
    ]);
    expect(await textOf(answer)).toBe("moved");
  });

  it("reads an answer without a body", async () => {
    const url = await serverThat((_request, response) => response.writeHead(204).end());
    const answer = await httpFetch(url, {});
    expect([answer.status, await textOf(answer)]).toEqual([204, ""]);
  });

  it("reads an answer that is compressed although nobody asked for it", async () => {
    const url = await serverThat((request, response) => {
      expect(request.headers["accept-encoding"]).toBeUndefined();
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"access_token":"new"}'));
    });
    expect(await textOf(await httpFetch(url, {}))).toBe('{"access_token":"new"}');
  });

  it("fails to read what is not compressed as it says, with the system's code", async () => {
    const url = await serverThat((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip");
    });
    const answer = await httpFetch(url, {});
    await expect(textOf(answer)).rejects.toMatchObject({ code: "Z_DATA_ERROR" });
  });

  it("rejects with the system's code where nobody listens", async () => {
    await expect(httpFetch("http://127.0.0.1:1/token", {})).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("rejects when the connection breaks before the answer, and when the answer's status is none", async () => {
    const breaking = await serverThat((request) => request.socket.destroy());
    await expect(httpFetch(breaking, {})).rejects.toMatchObject({ code: "ECONNRESET" });
    const strange = await serverThat((_request, response) => response.writeHead(999).end());
    await expect(httpFetch(strange, {})).rejects.toThrow(RangeError);
  });

  it("gives up, before the answer and in the middle of it, when it is told to", async () => {
    const silent = await serverThat(() => {});
    const before = new AbortController();
    const waiting = httpFetch(silent, { signal: before.signal });
    before.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });

    const halting = await serverThat((_request, response) => response.writeHead(200).write("half"));
    const middle = new AbortController();
    const answer = await httpFetch(halting, { signal: middle.signal });
    middle.abort();
    await expect(textOf(answer)).rejects.toThrow();
  });
});

import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { Transport } from "../../../src/utec/cloud/transport.ts";
import type { TransportOptions } from "../../../src/utec/cloud/transport.ts";
import { ManualClock } from "../../clock.ts";

async function serve(listener: RequestListener): Promise<{ url: URL; server: Server; connections: () => number }> {
  let connections = 0;
  const server = createServer(listener).on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/action`), server, connections: () => connections };
}

function aTransport(options: TransportOptions = {}): Transport {
  const transport = new Transport(options);
  onTestFinished(() => transport.close());
  return transport;
}

const REQUEST = { headers: { authorization: "Bearer t" }, body: '{"name":"Tür"}' };

describe("the transport", () => {
  it("posts JSON and returns status, headers and text of any answer", async () => {
    const seen: unknown[] = [];
    const { url } = await serve((request, response) => {
      const { method, url: path, headers } = request;
      request.on("data", (chunk: Buffer) => {
        seen.push([method, path, headers.authorization, headers["content-type"], chunk.toString()]);
        response.writeHead(503, { "retry-after": "7" }).end("später");
      });
    });
    const answer = await aTransport().post(url, REQUEST);
    expect(seen).toEqual([["POST", "/action", "Bearer t", "application/json", '{"name":"Tür"}']]);
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "7" }, body: "später" });
  });

  it("keeps one connection for calls that follow each other", async () => {
    const { url, connections } = await serve((_request, response) => response.end("{}"));
    const transport = aTransport();
    for (let call = 0; call < 5; call += 1) await transport.post(url, REQUEST);
    expect(connections()).toBe(1);
  });

  it("lets a kept connection go when nothing used it for a while", async () => {
    const { url, server } = await serve((_request, response) => response.end("{}"));
    const closed = new Promise((resolve) => server.once("connection", (socket: Socket) => socket.on("close", resolve)));
    await aTransport({ idleMs: 20 }).post(url, REQUEST);
    await closed;
  });

  it("knows that nothing happened when there is no connection", async () => {
    const { url, server } = await serve((_request, response) => response.end());
    await new Promise((resolve) => server.close(resolve));
    await expect(aTransport().post(url, REQUEST)).rejects.toMatchObject({ code: "unreachable", mayHaveActed: false });
  });

  it("tells of each request that has left, on a kept connection too, and not of one that found no way", async () => {
    const { url, server } = await serve((_request, response) => response.end("{}"));
    let sent = 0;
    const transport = aTransport({ onSent: () => (sent += 1) });
    await transport.post(url, REQUEST);
    await transport.post(url, REQUEST);
    expect(sent).toBe(2);
    await expect(transport.post(url, { ...REQUEST, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(aTransport({ onSent: () => (sent += 1) }).post(url, REQUEST)).rejects.toMatchObject({
      code: "unreachable",
    });
    expect(sent).toBe(2);
  });

  it("does not know whether it happened when the connection breaks before the answer", async () => {
    const { url } = await serve((request) => request.socket.destroy());
    await expect(aTransport().post(url, REQUEST)).rejects.toMatchObject({ code: "lost", mayHaveActed: true });
  });

  it("does not know whether it happened when a kept connection breaks", async () => {
    let calls = 0;
    const { url } = await serve((request, response) => (++calls === 1 ? response.end("{}") : request.socket.destroy()));
    const transport = aTransport();
    await transport.post(url, REQUEST);
    await expect(transport.post(url, REQUEST)).rejects.toMatchObject({ code: "lost", mayHaveActed: true });
  });

  it("does not mistake half an answer for a whole one", async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{}", () => request.socket.destroy());
    });
    await expect(aTransport().post(url, REQUEST)).rejects.toMatchObject({ code: "lost", mayHaveActed: true });
  });

  it("gives up after the time limit, also when the answer only trickles", async () => {
    const clock = new ManualClock();
    const { url } = await serve((_request, response) => {
      response.write("{");
      clock.advance(19_999);
      setImmediate(() => clock.advance(1));
    });
    const call = aTransport({ clock }).post(url, REQUEST);
    await expect(call).rejects.toMatchObject({ code: "timeout", mayHaveActed: true });
  });

  it("leaves no timer behind", async () => {
    const clock = new ManualClock();
    const { url } = await serve((_request, response) => response.end("{}"));
    await aTransport({ clock }).post(url, REQUEST);
    expect(clock.armed).toBe(0);
  });

  it("refuses an endless answer", async () => {
    const { url } = await serve((_request, response) => response.end("x".repeat(2000)));
    const call = aTransport({ answerLimit: 1000 }).post(url, REQUEST);
    await expect(call).rejects.toMatchObject({ code: "too_large", mayHaveActed: true });
  });

  it("stops when its caller gives up, and reports whether anything had been sent", async () => {
    const caller = new AbortController();
    const { url } = await serve(() => caller.abort());
    const transport = aTransport();
    const call = transport.post(url, { ...REQUEST, signal: caller.signal });
    await expect(call).rejects.toMatchObject({ code: "aborted", mayHaveActed: true });
    const late = transport.post(url, { ...REQUEST, signal: caller.signal });
    await expect(late).rejects.toMatchObject({ code: "aborted", mayHaveActed: false });
  });

  it("keeps the bearer token out of its errors", async () => {
    const { url } = await serve((request) => request.socket.destroy());
    const request = { headers: { authorization: "Bearer canary-of-the-token" }, body: "{}" };
    const error: unknown = await aTransport()
      .post(url, request)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain("canary");
  });
});

import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { aStage } from "./stage.ts";

const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  GZIP: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  identity: (text) => Buffer.from(text),
  Identity: (text) => Buffer.from(text),
};

test.for(Object.entries(ENCODINGS))("an answer in %s is unpacked, whatever its status", async ([encoding, pack]) => {
  const { cloud, ask } = await aStage();
  for (const status of [200, 404]) {
    cloud.serve = (_request, response) =>
      void response.writeHead(status, { "content-encoding": encoding }).end(pack("what the cloud says"));
    const got = await ask("/proxy/Grid/a");
    expect(got).toMatchObject({ status, text: "what the cloud says", headers: { "content-length": "19" } });
    expect(got.headers["content-encoding"]).toBeUndefined();
  }
});

test("an answer that claims an encoding and is empty is empty", async () => {
  const { cloud, ask } = await aStage();
  cloud.serve = (_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end();
  expect(await ask("/proxy/Grid/a")).toMatchObject({ status: 200, text: "" });
  expect(await ask("/proxy/Grid/a", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
});

test("small answers that are large when unpacked are unpacked one after the other, so that there is room for all", async () => {
  const { cloud, port, token } = await aStage();
  const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024));
  cloud.serve = (_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  const statusOf = async (path: string): Promise<number> => {
    const url = `http://127.0.0.1:${port()}/proxy/Grid/${path}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await response.body?.cancel();
    return response.status;
  };
  // Five of them at a time would be more than there is room for.
  const all = await Promise.all(Array.from({ length: 12 }, (_, at) => statusOf(`${at}`)));
  expect(new Set(all)).toEqual(new Set([200]));
});

import { request } from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

export interface OnTheWire {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly body: Buffer;
  /** Unpacked, as a browser does it. */
  readonly text: string;
}

/** Asks as a browser does, or as a client that says nothing of encodings, and keeps what comes as it comes. */
export function wire(
  port: number,
  path: string,
  headers: OutgoingHttpHeaders = {},
  { method = "GET", body }: { readonly method?: string; readonly body?: object } = {},
): Promise<OnTheWire> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const all = { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers };
    const sent = request({ host: "127.0.0.1", port, path, method, headers: all, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const received = Buffer.concat(chunks);
        const { statusCode: status = 0, headers: heard } = response;
        resolve({ status, headers: heard, body: received, text: unpacked(received, heard["content-encoding"]) });
      });
    });
    sent.on("error", reject);
    sent.end(json);
  });
}

function unpacked(body: Buffer, encoding: string | undefined): string {
  if (body.length === 0 || encoding === undefined) return body.toString();
  return (encoding === "br" ? brotliDecompressSync(body) : gunzipSync(body)).toString();
}

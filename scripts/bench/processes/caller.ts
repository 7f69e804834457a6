import { Agent, request } from "node:http";
import type { OutgoingHttpHeaders } from "node:http";

/** POSTs JSON over one kept connection, as a busy client does. */
export class Caller implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** How long the answer took, in milliseconds. @throws Error when its status is not `expected` */
  post(url: string, body: object, expected: number, headers: OutgoingHttpHeaders = {}): Promise<number> {
    const text = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      const call = request(url, {
        method: "POST",
        agent: this.#agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...headers },
      });
      call.on("error", reject);
      call.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === expected) resolve(performance.now() - begun);
          else reject(new Error(`${url} answered ${response.statusCode}: ${Buffer.concat(chunks).toString()}`));
        });
      });
      call.end(text);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

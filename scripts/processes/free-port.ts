import { once } from "node:events";
import { createServer } from "node:net";

/** A port of 127.0.0.1 that nobody listens on: `preferred` if it is free, else any. */
export async function freePort(preferred = 0): Promise<number> {
  return bindOnce(preferred).catch(() => bindOnce(0));
}

/** @throws Error when somebody listens on `port` of 127.0.0.1 */
export async function requireFreePort(port: number): Promise<number> {
  return bindOnce(port).catch((cause: unknown) => {
    throw new Error(`Port ${port} of 127.0.0.1 is in use: free it or choose another one.`, { cause });
  });
}

/** Listens for a moment on `port`, 0 for any; returns which one it was. */
async function bindOnce(port: number): Promise<number> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  } finally {
    server.close();
  }
}

import { once } from "node:events";
import { createServer } from "node:net";

/** A port of 127.0.0.1 that nobody listens on: `wanted` if it is free, else any. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  try {
    await once(server.listen(wanted, "127.0.0.1"), "listening");
    const address = server.address();
    if (typeof address === "object" && address !== null) return address.port;
  } catch (error) {
    if (wanted === 0) throw error;
  } finally {
    server.close();
  }
  return freePort();
}

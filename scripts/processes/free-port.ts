import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that systems hand out by themselves (Linux from 32768 on): a port that is found now and used minutes
 * later must not have become the near end of somebody's connection meanwhile.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;
const TRIES = 50;

/** A port of 127.0.0.1 that nobody listens on: `preferred` if it is free, else any. */
export async function freePort(preferred?: number): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const wanted = tries === 0 && preferred !== undefined ? preferred : anyPort();
    const port = await bindOnce(wanted).catch(() => null);
    if (port !== null) return port;
  }
  throw new Error(`No port of 127.0.0.1 from ${LOWEST} to ${HIGHEST} could be had.`);
}

/** @throws Error when somebody listens on `port` of 127.0.0.1 */
export async function requireFreePort(port: number): Promise<number> {
  return bindOnce(port).catch((cause: unknown) => {
    throw new Error(`Port ${port} of 127.0.0.1 is in use: free it or choose another one.`, { cause });
  });
}

const anyPort = (): number => LOWEST + Math.floor(Math.random() * (HIGHEST + 1 - LOWEST));

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

import type { Server } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Resolves to the port, once the server listens.
 * @param port 0 takes any free port
 * @param unusable makes what is thrown of the system's error
 */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  unusable: (cause: NodeJS.ErrnoException, host: string, port: number) => Error,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(unusable(error, host, port));
    server.once("error", onError);
    server.listen(port, host, () => {
      server.off("error", onError);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

/** Refuses who wanted something else than an answer: with problem details, and the end of the connection. */
export function refuseOnSocket(
  socket: Duplex,
  details: { readonly status: number; readonly title: string },
  headers: Readonly<Record<string, string>>,
): void {
  const body = JSON.stringify(details);
  const all = { ...headers, "Content-Length": Buffer.byteLength(body), Connection: "close" };
  socket.end(
    [
      `HTTP/1.1 ${details.status} ${details.title}`,
      ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
      "",
      body,
    ].join("\r\n"),
    () => socket.destroy(),
  );
}

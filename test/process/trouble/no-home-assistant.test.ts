import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { describe, test } from "vitest";
import { aCloud, aFolder, aGatewayAt, complaintsIn, signIn } from "../stage.ts";
import type { Finish } from "../stage.ts";

/** Does to a connection what Home Assistant should answer. */
type Trouble = (socket: Socket) => void;

const says =
  (status: string, body = ""): Trouble =>
  (socket) =>
    void socket.end(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);

/** What is found where Home Assistant should be; null: nobody listens. */
const TROUBLES: [string, Trouble | null][] = [
  ["is stopped", null],
  ["starts: 502", says("502 Bad Gateway")],
  ["does not let it in: 401", says("401 Unauthorized", "401: Unauthorized")],
  ["forbids it: 403", says("403 Forbidden", "403: Forbidden")],
  ["is broken: 500", says("500 Internal Server Error", "{}")],
  ["is a page of HTML", says("200 OK", "<html>Sign in to the Wi-Fi</html>")],
  ["breaks off in the middle", (socket) => socket.write("HTTP/1.1 101 Swit", () => socket.destroy())],
  ["never answers", () => {}],
];

describe("with a Home Assistant that", { concurrent: true }, () => {
  test.for(TROUBLES)(
    "%s: the page says so, tokens are refreshed and doors move",
    { timeout: 90_000 },
    async ([, trouble], { onTestFinished, expect }) => {
      const cloud = await aCloud(onTestFinished, { settings: { access_token_life_s: 2 } });
      const gateway = await aGatewayAt(cloud, onTestFinished, {
        dataFolder: aFolder(onTestFinished),
        environment: {
          HOME_ASSISTANT_URL: await anAddress(onTestFinished, trouble),
          HOME_ASSISTANT_TOKEN: "a-long-lived-token",
        },
      });
      await signIn(gateway, cloud);
      const { gateway: self, devices } = await gateway.waitFor(
        ({ accounts, devices }) => (accounts[0]?.generation ?? 0) >= 4 && devices.length > 0,
        "four tokens",
        60_000,
      );
      expect(self.link.status).not.toBe("linked");
      expect(self.link.message).toMatch(/Home Assistant.*\.$/);
      expect(await gateway.command(devices[0]?.id ?? "", "unlock")).toMatchObject({ error: null });
      expect(complaintsIn(gateway.output).length).toBeLessThanOrEqual(2);
      expect(await gateway.stop()).toBe(0);
    },
  );
});

async function anAddress(onTestFinished: Finish, trouble: Trouble | null): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => trouble?.(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  if (trouble === null) close();
  else onTestFinished(close);
  return `http://127.0.0.1:${port}`;
}

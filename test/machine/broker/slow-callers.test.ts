import { connect } from "node:net";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { aStage } from "../../broker/stage.ts";

test("callers that do not read are let go after a while, with the room that they held", async () => {
  const { cloud, port, token, ask } = await aStage({ limits: { requestMs: 2000 } });
  cloud.serve = (_request, response) => void response.end(Buffer.alloc(9 * 1024 * 1024));
  const next = async (): Promise<number> => (await ask("/proxy/Grid/next")).status;
  const line = `GET /proxy/Grid/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const sockets: Socket[] = [];
  let status: number;
  do {
    const socket = connect(port(), "127.0.0.1").pause();
    socket.on("error", () => {});
    // The system takes much of the first answer, but not the second one.
    socket.write(line + line);
    sockets.push(socket);
    status = await next();
  } while (status === 200);
  expect(status).toBe(503);
  await expect.poll(next, { timeout: 20_000 }).toBe(200);
  for (const socket of sockets) socket.destroy();
});

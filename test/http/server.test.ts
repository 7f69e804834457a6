import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import { ManualClock } from "../clock.ts";
import { aStage } from "./stage.ts";

describe("starting", () => {
  test("a port in use is one sentence that names it", async () => {
    const { port } = await aStage();
    const problem = await aStage({ port }).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({
      code: "port_unusable",
      field: "UTEC_GATEWAY_PORT",
      message: `Port ${port} on 127.0.0.1 is in use: stop the program that uses it, or set UTEC_GATEWAY_PORT to another one.`,
    });
  });

  test("an address that is not this machine's is named too", async () => {
    const problem = await aStage({ host: "192.0.2.1" }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: "port_unusable", field: "UTEC_GATEWAY_HOST" });
  });
});

describe("stopping", () => {
  test("closes idle connections and half a request, and frees the port", async () => {
    const clock = new ManualClock();
    const { server, port } = await aStage({ clock });
    const [idle, half] = [await aSocket(port), await aSocket(port)];
    half.write("POST /api/commands HTTP/1.1\r\nHost: localhost\r\n");
    const ends = Promise.all([ended(idle), ended(half)]);
    const stopped = server.stop();
    clock.advance(1000);
    await stopped;
    await ends;
    expect(clock.armed).toBe(0);
    await isFree(port);
  });

  test("says goodbye on the live feed", async () => {
    const { server, feed } = await aStage();
    const page = feed();
    await page.next();
    const [code] = await Promise.all([page.closed(), server.stop()]);
    expect(code).toBe(1001);
  });

  test("lets an answer under way reach the one who asked", async () => {
    const { server, post, desk } = await aStage();
    let finish = (): void => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { signOut } = { signOut: desk.signOut.bind(desk) };
    const asked = new Promise<void>((resolve) => {
      desk.signOut = async (account_id) => {
        resolve();
        await slow;
        return signOut(account_id);
      };
    });
    const answer = post("/api/accounts/sign-out", { account_id: "home" });
    await asked;
    const stopped = server.stop();
    finish();
    expect((await answer).status).toBe(200);
    await stopped;
  });

  test("twice, or without a start, is no error", async () => {
    const { server } = await aStage();
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
  });
});

describe("upgrades", () => {
  test("to an address that is no feed are refused and cut", async () => {
    const { port } = await aStage();
    const answer = await sayAndListen(port, upgrade("/api/state", "websocket"));
    expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ code: "not_found" });
  });

  test("to anything but a WebSocket are answered as the plain requests that they also are", async () => {
    const { port } = await aStage();
    expect(await sayAndListen(port, upgrade("/health/live", "h2c"))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test("that break the handshake or die in it harm nobody", async () => {
    const { port, ask } = await aStage();
    expect(await sayAndListen(port, upgrade("/api/live", "websocket"))).toMatch(/^HTTP\/1\.1 400/);
    const dying = await aSocket(port);
    dying.write(upgrade("/api/live", "websocket"));
    dying.resetAndDestroy();
    expect((await ask("/health/live")).status).toBe(200);
  });
});

function upgrade(path: string, protocol: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
}

function aSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", reject);
    onTestFinished(() => void socket.destroy());
  });
}

function ended(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** What the server answers to `text`, up to its end or to the first whole answer. */
async function sayAndListen(port: number, text: string): Promise<string> {
  const socket = await aSocket(port);
  socket.end(text);
  let heard = "";
  for await (const chunk of socket) heard += String(chunk);
  return heard;
}

function isFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

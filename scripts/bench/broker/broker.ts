import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { bundleProcess } from "../../build.ts";
import { containerRuntime } from "../../processes/container.ts";
import { BUNDLE } from "../../processes/gateway-process.ts";
import { emptyFolder } from "../empty-folder.ts";
import type { Figure } from "../figure.ts";
import { rounded } from "../figure.ts";
import type { Memory } from "../memory/memory.ts";
import { percentile } from "../percentile.ts";
import { Connection } from "./connection.ts";

const WARM_UP = 20_000;
const REQUESTS = 100_000;
const AT_ONCE = 32;
/** So that no two identical requests are under way, which would be one. */
const ADDRESSES = 1000;
const ROUNDS = 3000;
const BODY = JSON.stringify({ value: 42, unit: "g/kWh", text: "x".repeat(200) });
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** What the broker costs a request, how many it passes on, and what it holds after many. Bundled, as it is shipped. */
export async function broker(scratch: string): Promise<Figure[]> {
  await using running = new AsyncDisposableStack();
  const api = await startApi();
  running.defer(() => api.stop());
  const out = join(BUNDLE, "../bench");
  await bundleProcess({ "broker-process": join(import.meta.dirname, "broker-process.ts") }, out);
  const { flags, environment } = containerRuntime();
  const child = spawn(
    process.execPath,
    [
      ...flags,
      "--expose-gc",
      join(out, "broker-process.js"),
      await emptyFolder(join(scratch, "broker")),
      `http://127.0.0.1:${api.port}`,
    ],
    { stdio: ["pipe", "pipe", "inherit"], env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...environment } },
  );
  running.defer(async () => {
    child.stdin.end();
    await once(child, "exit");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const heard = async <T>(): Promise<T> => JSON.parse((await lines.next()).value as string) as T;
  const { port, token } = await heard<{ port: number; token: string }>();
  const memory = (): Promise<Memory> => {
    child.stdin.write("\n");
    return heard<Memory>();
  };

  await load(port, token, WARM_UP);
  const added = await latencies(port, api.port, token);
  const before = await memory();
  const begun = performance.now();
  await load(port, token, REQUESTS);
  const perS = REQUESTS / ((performance.now() - begun) / 1000);
  const after = await memory();
  const straight = `sent straight ${rounded(added.straight)} ms`;
  return [
    { name: "latency that the broker adds, p50", value: added.p50, unit: "ms", goal: { atMost: 1 }, note: straight },
    { name: "the same, p99", value: added.p99, unit: "ms", goal: { atMost: 5 } },
    {
      name: "requests passed on",
      value: perS,
      unit: "1/s",
      goal: { atLeast: 3000 },
      note: `${AT_ONCE} at a time; whoever asks and answers takes the other core`,
    },
    {
      name: `memory added by ${REQUESTS} requests`,
      value: after.anonymous - before.anonymous,
      unit: "MB",
      goal: { atMost: 5 },
      note: `anonymous: ${rounded(after.anonymous)} MB instead of ${rounded(before.anonymous)} MB`,
    },
  ];
}

/** An API that answers at once. */
async function startApi(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer({ noDelay: true }, (socket) => {
    let received = "";
    socket.setEncoding("latin1");
    socket.on("error", () => socket.destroy());
    socket.on("data", (text: string) => {
      received += text;
      for (let end = received.indexOf("\r\n\r\n"); end !== -1; end = received.indexOf("\r\n\r\n")) {
        received = received.slice(end + 4);
        socket.write(ANSWER);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function load(port: number, token: string, requests: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    const connection = new Connection(port);
    while (next < requests) await connection.ask(`/proxy/Bench/index/${next++ % ADDRESSES}`, token);
    connection.close();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** One request at a time, straight and through the broker by turns, so that a busy machine is as busy for both. */
async function latencies(
  port: number,
  apiPort: number,
  token: string,
): Promise<{ readonly p50: number; readonly p99: number; readonly straight: number }> {
  const through = new Connection(port);
  const straight = new Connection(apiPort);
  const took: { readonly through: number[]; readonly straight: number[] } = { through: [], straight: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    took.straight.push(await timed(() => straight.ask(`/index/${round}`, token)));
    took.through.push(await timed(() => through.ask(`/proxy/Bench/index/${round}`, token)));
  }
  through.close();
  straight.close();
  const over = (share: number): number => percentile(took.through, share) - percentile(took.straight, share);
  return { p50: over(0.5), p99: over(0.99), straight: percentile(took.straight, 0.5) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

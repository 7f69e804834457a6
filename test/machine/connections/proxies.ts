import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { removeFolder } from "../../remove-folder.ts";

/** What a proxy does to a request's headers before it passes it on. */
type Rewrite = (headers: OutgoingHttpHeaders, from: { readonly client: string }) => OutgoingHttpHeaders;

export interface Proxy {
  readonly port: number;
  /** What stands before every path; begins with a slash, ends without. */
  readonly prefix: string;
}

/** The proxies as docs/reverse-proxy.md sets them up, by what their own documentation says that they send. */
export const DOUBLES: Readonly<Record<string, Rewrite>> = {
  nginx: (headers, { client }) => ({
    ...headers,
    "x-forwarded-for": [headers["x-forwarded-for"], client].filter((it) => it !== undefined).join(", "),
    "x-forwarded-proto": "https",
  }),
  // What a client says of itself is thrown away; `Via` since 2.9.
  caddy: (headers, { client }) => ({
    ...headers,
    "x-forwarded-for": client,
    "x-forwarded-proto": "https",
    "x-forwarded-host": headers.host,
    via: "1.1 Caddy",
  }),
  traefik: (headers, { client }) => ({
    ...headers,
    "x-forwarded-for": client,
    "x-forwarded-proto": "https",
    "x-forwarded-host": headers.host,
    "x-forwarded-port": "443",
    "x-forwarded-server": "traefik",
    "x-real-ip": client,
  }),
  // No documentation's, and common: the upstream's own name in `Host`, the browser's beside it.
  "one that renames the host": (headers, { client }) => ({
    ...headers,
    host: "gateway.internal:8099",
    forwarded: `for=${client};host="${headers.host ?? ""}";proto=https`,
  }),
};

/** A proxy that does what `rewrite` says, and takes its prefix away. */
export async function startDouble(rewrite: Rewrite, upstream: number, prefix: string): Promise<Proxy> {
  const passed = (asked: IncomingMessage): { path: string; headers: OutgoingHttpHeaders } => ({
    path: (asked.url ?? "").slice(prefix.length),
    headers: rewrite({ ...asked.headers }, { client: "203.0.113.9" }),
  });
  const server = createServer((asked, response) => {
    const { path, headers } = passed(asked);
    const sent = request({ host: "127.0.0.1", port: upstream, method: asked.method, path, headers, agent: false });
    sent.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.pipe(sent);
  });
  server.on("upgrade", (asked, socket) => {
    const { path, headers } = passed(asked);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    const sent = connect(upstream, "127.0.0.1", () => {
      sent.write([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
      sent.pipe(socket).pipe(sent);
    });
    sent.on("error", () => socket.destroy());
    socket.on("error", () => sent.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0, prefix };
}

/** The real ones that this machine has; the doubles stand for those that it has not. */
export const INSTALLED = (["nginx", "caddy"] as const).filter(
  (name) => spawnSync(name, [name === "nginx" ? "-v" : "version"]).status === 0,
);

/** Runs what docs/reverse-proxy.md shows, on a free port and without encryption. */
export async function startReal(name: "nginx" | "caddy", upstream: number): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), "proxy-"));
  const port = await freePort();
  const shown = new RegExp(`\`\`\`${name}\n([^]*?)\`\`\``).exec(document())?.[1] ?? "";
  const here = shown.replaceAll("127.0.0.1:8099", `127.0.0.1:${upstream}`);
  const file = join(folder, "proxy.conf");
  const run = name === "nginx" ? nginx(here, port, folder, file) : caddy(here, port, file);
  const child = spawn(name, run, { stdio: "ignore", env: { ...process.env, HOME: folder } });
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
    removeFolder(folder);
  });
  await listens(port);
  return { port, prefix: "" };
}

function nginx(shown: string, port: number, folder: string, file: string): string[] {
  const server = shown.replace("listen 443 ssl", `listen 127.0.0.1:${port}`).replace(/^ *ssl_.*\n/gm, "");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (it) => `${it}_temp_path ${folder}/${it};`,
  );
  writeFileSync(
    file,
    `daemon off; pid ${folder}/pid; error_log /dev/null; events {} http { access_log off; ${temporary.join(" ")}\n${server}}`,
  );
  return ["-c", file, "-e", "/dev/null"];
}

function caddy(shown: string, port: number, file: string): string[] {
  writeFileSync(file, `{\n\tadmin off\n}\n${shown.replace("gateway.example {", `http://:${port} {`)}`);
  return ["run", "--config", file, "--adapter", "caddyfile"];
}

function document(): string {
  return readFileSync(join(import.meta.dirname, "../../../docs/reverse-proxy.md"), "utf8");
}

async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await delay(100);
  }
  throw new Error(`Nobody listens on port ${port}.`);
}

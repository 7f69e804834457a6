/**
 * `npm run dev`: the simulated cloud, the gateway restarted on each change of `src/`, and the page reloaded on each
 * change of `ui/`.
 */
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { createServer } from "vite";
import { DEMO, LAMPS } from "../src/simulator/devices/demo.ts";
import { startSimulator } from "../src/simulator/simulator.ts";

const PORTS = { gateway: 8099, cloud: 8098, page: 8097 } as const;
const root = join(import.meta.dirname, "..");
const folder = join(root, ".data/dev");
const redirect_uri = `http://127.0.0.1:${PORTS.page}/oauth/callback`;
const gatewayUrl = `http://127.0.0.1:${PORTS.gateway}`;

await mkdir(folder, { recursive: true });
const cloud = await startSimulator({
  host: "127.0.0.1",
  port: PORTS.cloud,
  grantsFile: join(folder, "cloud-grants.json"),
  devices: [...DEMO.devices, ...LAMPS],
  clients: [{ ...DEMO.client, redirect_uris: [redirect_uri] }],
  settings: { access_token_life_s: 120 },
});
const gateway = spawn(process.execPath, ["--watch-path=src", "--watch-preserve-output", "src/main.ts"], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    UTEC_GATEWAY_DATA: folder,
    UTEC_GATEWAY_PORT: String(PORTS.gateway),
    // A `.env` for a gateway that others can reach is not meant for this one.
    UTEC_GATEWAY_HOST: "127.0.0.1",
    UTEC_GATEWAY_PASSWORD: "",
    UTEC_GATEWAY_OAUTH_URL: cloud.oauthUrl,
    UTEC_GATEWAY_API_URL: cloud.apiUrl,
    UTEC_GATEWAY_CLIENT_ID: DEMO.client.client_id,
    UTEC_GATEWAY_CLIENT_SECRET: DEMO.client.client_secret,
    UTEC_GATEWAY_REDIRECT_URI: redirect_uri,
    UTEC_GATEWAY_LOG_LEVEL: "debug",
  },
});
const page = await createServer({
  configFile: join(root, "ui/vite.config.ts"),
  root: join(root, "ui"),
  server: {
    host: "127.0.0.1",
    port: PORTS.page,
    strictPort: true,
    proxy: {
      "/api": { target: gatewayUrl, ws: true },
      "/health": { target: gatewayUrl },
      "/oauth": { target: gatewayUrl },
      "/login": { target: gatewayUrl },
      "/logout": { target: gatewayUrl },
    },
  },
});
await page.listen();
console.log(`\n  The page, with reload: http://127.0.0.1:${PORTS.page}\n`);

let stopping = false;
process.on("SIGINT", () => void stop());
process.on("SIGTERM", () => void stop());
gateway.on("exit", () => void stop());

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  gateway.kill("SIGTERM");
  await Promise.all([page.close(), cloud.close()]);
  process.exit(0);
}

import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isObject, parseJson } from "../../../src/json.ts";

export interface QuickCloud {
  readonly url: string;
  /** How many commands have come. */
  readonly commands: () => number;
  /** When the latest one came, and when states were read since; on this process's `performance.now()`. */
  readonly latest: () => { readonly came: number; readonly reads: readonly number[] };
  /** Somebody turns every bolt by hand. */
  readonly turnAll: () => void;
  stop(): Promise<void>;
}

interface Asked {
  readonly name: string;
  readonly devices: readonly { readonly id: string; readonly name: unknown }[];
}

/**
 * The action endpoint of a cloud with so many doors, each of which has moved when the answer to its command is sent. That
 * answer says so, or, as the real cloud's does, that the command was taken: then it is told by the next read.
 */
export async function startQuickCloud(doors: number, tells: "at once" | "when read" = "at once"): Promise<QuickCloud> {
  const bolts = new Map(Array.from({ length: doors }, (_, index) => [doorId(index), "Locked"]));
  let commands = 0;
  let latest: { readonly came: number; readonly reads: number[] } = { came: Number.NaN, reads: [] };
  const answer = ({ name, devices }: Asked): object[] => {
    if (name === "Discovery") return [...bolts.keys()].map(record);
    if (name === "Command") commands += devices.length;
    return devices.map(({ id, name: wanted }) => {
      if (name === "Command") bolts.set(id, wanted === "lock" ? "Locked" : "Unlocked");
      return name === "Command" && tells === "when read" ? { id } : { id, states: states(bolts.get(id)) };
    });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = read(await text(request));
    const now = performance.now();
    if (asked.name === "Command") latest = { came: now, reads: [] };
    else if (asked.name === "Query") latest.reads.push(now);
    const header = { namespace: "Uhome.Device", name: asked.name, messageId: "1", payloadVersion: "1" };
    const json = JSON.stringify({ header, payload: { devices: answer(asked) } });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(json) });
    response.end(json);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands: () => commands,
    latest: () => latest,
    turnAll: () => {
      for (const [id, bolt] of bolts) bolts.set(id, bolt === "Locked" ? "Unlocked" : "Locked");
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

export function doorId(index: number): string {
  return `BE:4C:00:01:00:${index.toString(16).padStart(2, "0").toUpperCase()}`;
}

/** What the gateway sends for a command. */
export function commandAction(id: string, name: "lock" | "unlock"): string {
  return JSON.stringify({
    header: { namespace: "Uhome.Device", name: "Command", messageId: crypto.randomUUID(), payloadVersion: "1" },
    payload: { devices: [{ id, command: { capability: "st.lock", name } }] },
  });
}

function read(body: string): Asked {
  const action = parseJson(body);
  const header = isObject(action) && isObject(action["header"]) ? action["header"] : {};
  const payload = isObject(action) && isObject(action["payload"]) ? action["payload"] : {};
  const devices = Array.isArray(payload["devices"]) ? (payload["devices"] as unknown[]).filter(isObject) : [];
  return {
    name: String(header["name"]),
    devices: devices.map(({ id, command }) => ({
      id: String(id),
      name: isObject(command) ? command["name"] : undefined,
    })),
  };
}

function record(id: string): object {
  const deviceInfo = { manufacturer: "U-tec", model: "U-Bolt-Pro-WiFi", hwVersion: "03.40.0023" };
  return { id, name: `Door ${id.slice(15)}`, category: "SmartLock", handleType: "utec-lock", deviceInfo };
}

function states(bolt: string | undefined): object[] {
  return [
    { capability: "st.healthCheck", name: "status", value: "Online" },
    { capability: "st.lock", name: "lockState", value: bolt },
    { capability: "st.batteryLevel", name: "level", value: 4 },
  ];
}

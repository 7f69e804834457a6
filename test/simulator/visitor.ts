import { onTestFinished } from "vitest";
import { isObject } from "../../src/json.ts";
import type { JsonObject } from "../../src/json.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/simulator.ts";

export const REDIRECT_URI = "http://127.0.0.1:8099/oauth/callback";

/** A simulated cloud without delays, gone when the test is. */
export async function startCloud(options: SimulatorOptions = {}): Promise<Simulator> {
  const cloud = await startSimulator({ ...options, settings: { settle_ms: 0, ...options.settings } });
  onTestFinished(() => cloud.close());
  return cloud;
}

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** A client of the cloud that speaks plain HTTP, so that the tests see what is on the wire. */
export class Visitor {
  readonly cloud: Simulator;
  accessToken = "";
  refreshToken = "";

  constructor(cloud: Simulator) {
    this.cloud = cloud;
  }

  static async signedIn(cloud: Simulator, user_id: string = DEMO.user.id): Promise<Visitor> {
    const visitor = new Visitor(cloud);
    await visitor.exchange(await visitor.newCode(user_id));
    return visitor;
  }

  authoriseUrl(changes: Readonly<Record<string, string>> = {}): string {
    const { client_id } = DEMO.client;
    const query = { response_type: "code", client_id, redirect_uri: REDIRECT_URI, scope: "openapi", state: "s-1" };
    return `${this.cloud.oauthUrl}/authorize?${new URLSearchParams({ ...query, ...changes }).toString()}`;
  }

  /** Presses a button of the sign-in page; the URL to which the browser is sent. */
  async decide(decision: "allow" | "deny", user = DEMO.user.id): Promise<URL> {
    const body = new URLSearchParams({ user, decision });
    const response = await fetch(this.authoriseUrl(), { method: "POST", body, redirect: "manual" });
    return new URL(response.headers.get("location") ?? "about:blank");
  }

  async newCode(user_id: string = DEMO.user.id): Promise<string> {
    return (await this.decide("allow", user_id)).searchParams.get("code") ?? "";
  }

  exchange(code: string, changes: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.token({ grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI, ...changes });
  }

  refresh(refresh_token = this.refreshToken, changes: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.token({ grant_type: "refresh_token", refresh_token, ...changes });
  }

  /** Calls the token endpoint and keeps what it hands out. */
  async token(parameters: Readonly<Record<string, string>>): Promise<Answer> {
    const { client_id, client_secret } = DEMO.client;
    const answer = await answerOf(
      await fetch(`${this.cloud.oauthUrl}/token`, {
        method: "POST",
        body: new URLSearchParams({ client_id, client_secret, ...parameters }),
      }),
    );
    const { access_token, refresh_token } = { ...answer.body, ...asObject(answer.body["data"]) };
    if (typeof access_token === "string") this.accessToken = access_token;
    if (typeof refresh_token === "string") this.refreshToken = refresh_token;
    return answer;
  }

  post(envelope: unknown, headers: Readonly<Record<string, string>> = this.bearer): Promise<Response> {
    return fetch(`${this.cloud.apiUrl}/action`, { method: "POST", headers, body: JSON.stringify(envelope) });
  }

  get bearer(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.accessToken}` };
  }

  /** Sends `Uhome.Device/Query` and the like; the answer's payload. */
  async action(action: string, payload: JsonObject = {}): Promise<JsonObject> {
    const [namespace, name] = action.split("/");
    const header = { namespace, name, messageId: "m-1", payloadVersion: "1" };
    return asObject((await answerOf(await this.post({ header, payload }))).body["payload"]);
  }

  /** The records of Discovery. */
  async discover(): Promise<JsonObject[]> {
    return devicesOf(await this.action("Uhome.Device/Discovery"));
  }

  /** The states of some devices, as `lockState` and so on; customData is echoed. */
  async query(...ids: readonly string[]): Promise<JsonObject[]> {
    const devices = devicesOf(await this.action("Uhome.Device/Query", { devices: ids.map(withCustomData) }));
    return devices.map(({ states }) =>
      Object.fromEntries(
        list(states).map(({ capability, name, value }) => [`${String(capability)} ${String(name)}`, value]),
      ),
    );
  }

  /** Sends one command to one device; its part of the answer. */
  async command(id: string, capability: string, name: string, args?: JsonObject): Promise<JsonObject> {
    const command = { capability, name, ...(args === undefined ? {} : { arguments: args }) };
    const [device = {}] = devicesOf(
      await this.action("Uhome.Device/Command", { devices: [{ ...withCustomData(id), command }] }),
    );
    return device;
  }
}

export async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: asObject(await response.json()) };
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function devicesOf(payload: JsonObject): JsonObject[] {
  return list(payload["devices"]);
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function withCustomData(id: string): JsonObject {
  const customData = DEMO.devices.find((device) => device.id === id)?.custom_data;
  return { id, ...(customData === undefined ? {} : { customData }) };
}

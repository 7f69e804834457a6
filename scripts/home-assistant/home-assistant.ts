import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, requireFreePort } from "../processes/free-port.ts";
import { CommandError } from "./socket.ts";
import { HomeAssistantClient } from "./client.ts";
import { writeConfiguration } from "./configuration.ts";
import { CoreProcess } from "./core-process.ts";
import { HOME_ASSISTANT_VERSION } from "./environment/environment.ts";
import type { PythonEnvironment } from "./environment/environment.ts";
import { createFirstUser, isNew, refresh, signIn } from "./sign-in.ts";
import type { Person, Tokens } from "./sign-in.ts";

export interface HomeAssistantOptions {
  /** The configuration folder: a new one is set up, an existing one is continued with its user and its entities. */
  readonly folder: string;
  readonly environment: PythonEnvironment;
  /** 0 or nothing: the port of the last time, or any free one. */
  readonly port?: number;
  /** The folder of a custom integration, for example `custom_components/utec_gateway`. */
  readonly integration?: string;
  /** Set over the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The one user of a Home Assistant that only this machine can reach. */
const USER: Person = { name: "Demo", username: "demo", password: "demo" };

/** An access token is renewed when it has less than this to live. */
const RENEW_BEFORE_MS = 60_000;
const TOKEN_DAYS = 365;

/** What is remembered of a folder between two starts. */
interface Memory {
  readonly port: number;
  readonly longLivedToken: string;
}

/**
 * Starts a real Home Assistant on 127.0.0.1 and signs in; resolves when it is fully running.
 *
 * @throws Error with the end of its log when it does not get there
 */
export async function startHomeAssistant(options: HomeAssistantOptions): Promise<HomeAssistant> {
  const { folder, environment, env = {}, integration } = options;
  await mkdir(folder, { recursive: true });
  const memoryFile = join(folder, "access.json");
  const memory = existsSync(memoryFile) ? (JSON.parse(await readFile(memoryFile, "utf8")) as Memory) : undefined;
  const port = options.port ? await requireFreePort(options.port) : await freePort(memory?.port);
  const url = `http://127.0.0.1:${port}`;
  await writeConfiguration({ folder, port, integration });

  const core = new CoreProcess({ folder, environment, env });
  core.start();
  try {
    const tokens = (await core.until("it let anybody sign in", () => isNew(url)))
      ? await createFirstUser(url, USER)
      : await signIn(url, USER);
    const longLivedToken = memory?.longLivedToken ?? (await finishOnboarding(url, tokens));
    await writeFile(memoryFile, JSON.stringify({ port, longLivedToken } satisfies Memory), { mode: 0o600 });
    await core.until("it was running", () => isRunning(url, longLivedToken));
    const client = await HomeAssistantClient.connect(url, longLivedToken);
    return new HomeAssistant({ core, url, port, tokens, longLivedToken, client });
  } catch (error) {
    await core.kill();
    throw error;
  }
}

interface Parts {
  readonly core: CoreProcess;
  readonly url: string;
  readonly port: number;
  readonly tokens: Tokens;
  readonly longLivedToken: string;
  readonly client: HomeAssistantClient;
}

/** A running Home Assistant and its administrator. */
export class HomeAssistant {
  readonly url: string;
  readonly port: number;
  readonly username = USER.username;
  readonly password = USER.password;
  /** For a gateway outside of the Supervisor: `HOME_ASSISTANT_TOKEN`. */
  readonly longLivedToken: string;
  readonly #core: CoreProcess;
  #client: HomeAssistantClient;
  #tokens: Tokens;
  #tokensExpireAt: number;

  constructor(parts: Parts) {
    this.url = parts.url;
    this.port = parts.port;
    this.longLivedToken = parts.longLivedToken;
    this.#core = parts.core;
    this.#client = parts.client;
    this.#tokens = parts.tokens;
    this.#tokensExpireAt = expiry(parts.tokens);
  }

  /** Connected as the administrator. Every start makes a new one: subscriptions of an earlier one have ended. */
  get client(): HomeAssistantClient {
    return this.#client;
  }

  get pid(): number | undefined {
    return this.#core.pid;
  }

  get logFile(): string {
    return this.#core.logFile;
  }

  /** Everything that the process has written, over all its starts. */
  log(): string {
    return this.#core.log();
  }

  /** A person's session, as the frontend holds it, good for another minute at least. */
  async tokens(): Promise<Tokens> {
    if (this.#tokensExpireAt - Date.now() < RENEW_BEFORE_MS) {
      this.#tokens = await refresh(this.url, this.#tokens);
      this.#tokensExpireAt = expiry(this.#tokens);
    }
    return this.#tokens;
  }

  async accessToken(): Promise<string> {
    return (await this.tokens()).access_token;
  }

  /** Restarts as the button in the settings does: Home Assistant ends itself and is started again. */
  async restart(): Promise<void> {
    const ended = this.#core.ended();
    try {
      await this.#client.callService("homeassistant", "restart");
    } catch (error) {
      // Home Assistant may close the connection before it answers. A refusal is an answer.
      if (error instanceof CommandError) throw error;
    }
    await ended;
    await this.#connect();
  }

  /** Starts it again after `stop` or `kill`. */
  async start(): Promise<void> {
    this.#core.start();
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#core.stop();
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    this.#client.close();
    await this.#core.kill();
  }

  async #connect(): Promise<void> {
    this.#client.close();
    await this.#core.until("it was running again", () => isRunning(this.url, this.longLivedToken));
    this.#client = await HomeAssistantClient.connect(this.url, this.longLivedToken);
  }
}

function expiry(tokens: Tokens): number {
  return Date.now() + tokens.expires_in * 1000;
}

/** What the frontend would do at the end of the onboarding, and a token that outlives sessions: that one is returned. */
async function finishOnboarding(url: string, tokens: Tokens): Promise<string> {
  const client = await HomeAssistantClient.connect(url, tokens.access_token);
  try {
    // Without it the dashboard greets those who come from an older version with what is new.
    const value = { onboarded_version: HOME_ASSISTANT_VERSION };
    await client.ws({ type: "frontend/set_system_data", key: "core", value });
    // Names of tokens are unique; the time makes it so where an earlier one was forgotten.
    const client_name = `U-tec Gateway, ${new Date().toISOString()}`;
    return await client.ws({ type: "auth/long_lived_access_token", client_name, lifespan: TOKEN_DAYS });
  } finally {
    client.close();
  }
}

/** True once everything is loaded and automations run. */
async function isRunning(url: string, token: string): Promise<true | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/config`, { headers }).catch(() => undefined);
  if (response?.status !== 200) return undefined;
  const { state } = (await response.json()) as { state: string };
  return state === "RUNNING" ? true : undefined;
}

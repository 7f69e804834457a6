import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../json.ts";
import type { AccessToken, TokenSource } from "../../keeper/account.ts";
import type { Secrets } from "../../log.ts";
import type { Random } from "../../random.ts";
import { readAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { CloudProblem } from "./cloud-problem.ts";
import { readDeviceList } from "../reading/device-list.ts";
import type { DeviceList } from "../reading/device-list.ts";
import type { Scrub } from "../reading/display-text.ts";
import { readReports } from "../reading/states.ts";
import type { DeviceReport } from "../reading/states.ts";
import { TransportError } from "./transport.ts";
import type { Transport } from "./transport.ts";
import { phrase } from "../../said/phrase.ts";

/** A device as requests name it: with its custom data, where the device list had some. */
export interface DeviceTarget {
  readonly id: string;
  readonly customData: unknown;
}

export interface DeviceCommand {
  readonly capability: string;
  readonly name: string;
  readonly arguments?: JsonObject;
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when there is a token and the request is about to be sent; if it throws, nothing is sent. */
  readonly onSend?: () => void;
}

export interface UtecClientOptions {
  /** The action endpoint of an account's cloud. @throws Problem `account_not_found` */
  readonly actionUrl: (accountId: string) => string;
  readonly tokens: TokenSource;
  readonly transport: Pick<Transport, "post">;
  readonly secrets: Pick<Secrets, "scrub">;
  readonly clock: Clock;
  readonly random: Pick<Random, "uuid">;
}

/**
 * How long the client asks for no other access token after a new one was refused like the old one, the first time, the
 * second, ...: the token's age is not the cause then, and refreshing over and over could cost the sign-in.
 */
const FUTILE_MS = [10 * 60_000, 3_600_000, 6 * 3_600_000];

/**
 * The U-tec Open API: every action is one POST of one envelope. All methods throw CloudProblem where the cloud fails,
 * and what TokenSource.getToken throws where there is no token to ask with. A request is repeated in one case only: the
 * cloud refused its access token and the keeper had a newer one; a refused request did nothing, so this is safe for
 * commands too.
 */
export class UtecClient {
  readonly #actionUrl: (accountId: string) => string;
  readonly #tokens: TokenSource;
  readonly #transport: Pick<Transport, "post">;
  readonly #clock: Clock;
  readonly #random: Pick<Random, "uuid">;
  readonly #scrub: Scrub;
  /**
   * By account: how many new tokens in a row were refused, the last one, and until when (monotonic ms) to ask for no
   * other.
   */
  readonly #futile = new Map<string, { readonly times: number; readonly generation: number; readonly until: number }>();

  constructor(options: UtecClientOptions) {
    this.#actionUrl = options.actionUrl;
    this.#tokens = options.tokens;
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#scrub = (text) => options.secrets.scrub(text);
  }

  /** The devices that the account shares; null where the answer holds no list, so that nothing follows from it. */
  async listDevices(accountId: string, signal?: AbortSignal): Promise<DeviceList | null> {
    return readDeviceList(await this.#act(accountId, "Uhome.Device", "Discovery", {}, { signal }));
  }

  /** The states of many devices in one request. The answer may hold fewer devices than were asked for. */
  async query(accountId: string, targets: readonly DeviceTarget[], signal?: AbortSignal): Promise<DeviceReport[]> {
    const payload = { devices: targets.map(asRequested) };
    return readReports(await this.#act(accountId, "Uhome.Device", "Query", payload, { signal }), this.#scrub);
  }

  /**
   * Sends one command. The report is what the cloud answered at once (an error of the device, or states if it had
   * them); null where it answered nothing about this device. Without an error the command is accepted, not done.
   */
  async command(
    accountId: string,
    target: DeviceTarget,
    command: DeviceCommand,
    options: SendOptions = {},
  ): Promise<DeviceReport | null> {
    const payload = { devices: [{ ...asRequested(target), command }] };
    const reports = readReports(await this.#act(accountId, "Uhome.Device", "Command", payload, options), this.#scrub);
    return reports.find((report) => report.id === target.id) ?? null;
  }

  async #act(
    accountId: string,
    namespace: string,
    name: string,
    payload: unknown,
    options: SendOptions,
  ): Promise<unknown> {
    const token = await this.#tokens.getToken(accountId);
    const url = new URL(this.#actionUrl(accountId));
    const first = await this.#post(url, token, namespace, name, payload, options);
    if (first.kind === "payload") return this.#accepted(accountId, first.payload);
    if (this.#isFutile(accountId)) throw tokenRefused(first.cloudCode);

    const newer = await this.#tokens.invalidate(accountId, token.generation);
    if (newer.generation === token.generation) throw tokenRefused(first.cloudCode);
    const second = await this.#post(url, newer, namespace, name, payload, options);
    if (second.kind === "payload") return this.#accepted(accountId, second.payload);
    this.#replacedInVain(accountId, newer.generation);
    throw tokenRefused(second.cloudCode);
  }

  async #post(
    url: URL,
    token: AccessToken,
    namespace: string,
    name: string,
    payload: unknown,
    options: SendOptions,
  ): Promise<Answer> {
    const header = { namespace, name, messageId: this.#random.uuid(), payloadVersion: "1" };
    const body = JSON.stringify({ header, payload });
    const { signal, onSend } = options;
    if (!signal?.aborted) onSend?.();
    try {
      const headers = { authorization: `Bearer ${token.value}` };
      return readAnswer(await this.#transport.post(url, { headers, body, signal }), this.#scrub);
    } catch (error) {
      throw error instanceof TransportError ? unreachable(error) : error;
    }
  }

  #accepted(accountId: string, payload: unknown): unknown {
    this.#futile.delete(accountId);
    return payload;
  }

  /** Concurrent calls see the same new token refused: that counts once. */
  #replacedInVain(accountId: string, generation: number): void {
    const known = this.#futile.get(accountId);
    if (known?.generation === generation) return;
    const times = known?.times ?? 0;
    const pauseMs = FUTILE_MS[Math.min(times, FUTILE_MS.length - 1)] ?? 0;
    this.#futile.set(accountId, { times: times + 1, generation, until: this.#clock.monotonic() + pauseMs });
  }

  #isFutile(accountId: string): boolean {
    return this.#clock.monotonic() < (this.#futile.get(accountId)?.until ?? -Infinity);
  }
}

function asRequested({ id, customData }: DeviceTarget): JsonObject {
  return customData === undefined ? { id } : { id, customData };
}

function tokenRefused(cloudCode: string): CloudProblem {
  return new CloudProblem("cloud_error", phrase("cloud_token_refused", { code: cloudCode }), {
    mayHaveActed: false,
    cloudCode,
  });
}

function unreachable(error: TransportError): CloudProblem {
  const code = error.code === "too_large" ? "cloud_answer_unreadable" : "cloud_unreachable";
  return new CloudProblem(code, phrase("cloud_no_answer", { transport: error.message }), {
    mayHaveActed: error.mayHaveActed,
    cause: error,
  });
}

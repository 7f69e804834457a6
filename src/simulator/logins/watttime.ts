import { dataReply, jsonReply } from "../call.ts";
import type { Call, OpenedCall, Reply } from "../call.ts";
import { amount, flag, number, oneOf, text } from "../settings/rules.ts";
import type { Shape } from "../settings/rules.ts";
import type { PlacedEndpoint } from "../endpoint-router.ts";
import { LoginCloud, startLoginCloud } from "./login-cloud.ts";
import type {
  EndpointParts,
  LoginCloudKind,
  LoginCloudOptions,
  LoginCloudSettings,
  RunningLoginCloud,
} from "./login-cloud.ts";

/**
 * A simulated WattTime: `/v3/login` by HTTP Basic gives a JWT of 30 minutes, with which `/v3/signal-index` says how dirty
 * a region's electricity is, in percent. A registration that is not finished, or a plan that does not hold the region,
 * is refused as such services do: with JSON, and words in place of a code.
 */
export interface WattTimeSettings extends LoginCloudSettings {
  readonly username: string;
  readonly password: string;
  /** How far the user's registration has come. */
  readonly registration: "complete" | "unverified" | "suspended";
  /** The region that the user's plan holds. */
  readonly region: string;
  /** Percent. */
  readonly signal_index: number;
}

export const WATTTIME_USER = { username: "ada", password: "simulated-password" } as const;

const WATTTIME: LoginCloudKind<WattTimeSettings> = {
  defaults: {
    ...WATTTIME_USER,
    registration: "complete",
    region: "CAISO_NORTH",
    signal_index: 42,
    token_life_s: 1800,
    clock_skew_ms: 0,
    outage: false,
  },
  shape: {
    username: text,
    password: text,
    registration: oneOf("complete", "unverified", "suspended"),
    region: text,
    signal_index: number,
    token_life_s: amount,
    clock_skew_ms: number,
    outage: flag,
  } satisfies Shape<WattTimeSettings>,
  endpoint: (path, parts) => PLACES.get(path)?.(parts),
};

/**
 *     const watttime = await startWattTime({ settings: { registration: "unverified" } });
 *
 * @throws Problem `port_unusable`
 */
export function startWattTime(
  options: LoginCloudOptions<WattTimeSettings> = {},
): Promise<RunningLoginCloud<WattTimeSettings>> {
  return startLoginCloud(WATTTIME, options);
}

/** The same without a network. */
export function wattTimeInMemory(options: LoginCloudOptions<WattTimeSettings> = {}): LoginCloud<WattTimeSettings> {
  return new LoginCloud(WATTTIME, options);
}

type Parts = EndpointParts<WattTimeSettings>;

const login = (parts: Parts): PlacedEndpoint => ({
  where: "login",
  endpoint: (call) => opened("basic", () => logIn(call, parts)),
});
const PLACES: ReadonlyMap<string, (parts: Parts) => PlacedEndpoint> = new Map([
  ["/v3/login", login],
  ["/login", login],
  [
    "/v3/signal-index",
    (parts) => ({ where: "data", endpoint: (call) => opened("signal-index", () => signalIndex(call, parts)) }),
  ],
]);

function opened(name: string, act: () => Reply): OpenedCall {
  return { name, act, refusals: {}, flight: name === "basic" ? "login" : null };
}

function logIn({ method, headers }: Call, { tokens, settings }: Parts): Reply {
  const { username, password, registration, token_life_s } = settings();
  if (method !== "GET") return refusal(405, "method_not_allowed", "Ask for a token with GET.");
  const [, encoded = ""] = /^Basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
  if (Buffer.from(encoded, "base64").toString("utf8") !== `${username}:${password}`) {
    return refusal(401, "unauthorized", "The username or the password is incorrect.");
  }
  if (registration === "unverified") {
    return refusal(403, "unverified", "This account is not yet verified: open the link in the e-mail that was sent.");
  }
  if (registration === "suspended") return refusal(403, "suspended", "This account is disabled.");
  return jsonReply(200, { token: tokens.issue(username, token_life_s) }, "ok");
}

const STEP_MS = 300_000;

function signalIndex({ query, headers }: Call, { clock, tokens, settings }: Parts): Reply {
  const { region, signal_index } = settings();
  const fate = tokens.fateOf(headers.authorization);
  if (fate !== "good") return refusal(401, fate, "The token is invalid or has expired.");
  const wanted = query.get("region");
  if (wanted === null || wanted === "") return refusal(400, "region_missing", "The parameter region is missing.");
  if (wanted !== region) return refusal(403, "other_region", "Your plan does not hold this region.");
  const point_time = new Date(Math.floor(clock.now() / STEP_MS) * STEP_MS).toISOString();
  const meta = { region, signal_type: query.get("signal_type") ?? "co2_moer", units: "percentile" };
  return dataReply({ data: [{ point_time, value: signal_index }], meta });
}

function refusal(status: number, outcome: string, message: string): Reply {
  return jsonReply(status, { ok: false, message }, outcome);
}

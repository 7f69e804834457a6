import { isObject, nonEmptyString } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { ReportedGeneration } from "../../keeper/account.ts";

/**
 * What the integration sends on the `listen` subscription. Parsing is tolerant: a later integration may send more than
 * this gateway knows, and that is not an error.
 */
export interface LinkCommand {
  readonly id: string;
  /** Any string: validated where the command is carried out. */
  readonly name: string;
  readonly target: { readonly device_id: string | null; readonly account_id: string | null };
  /** As the integration sent them: validated where the command is carried out. */
  readonly args: JsonObject;
  /** How long Home Assistant waits for the result, in ms on this process's monotonic clock, from the arrival on. */
  readonly timeout_ms: number;
  /** Who asked: names, and the user's id; or null. */
  readonly context: {
    readonly user: string | null;
    readonly user_id: string | null;
    readonly automation: string | null;
  };
}

export type LinkEvent =
  | { readonly type: "session"; readonly session: string }
  | { readonly type: "command"; readonly command: LinkCommand }
  | { readonly type: "resync" }
  | { readonly type: "goodbye"; readonly reason: string }
  /** Not understood by this gateway; `what` names it for the log. */
  | { readonly type: "unknown"; readonly what: string };

/** For a command that does not say how long it may take: Home Assistant's own limit for a service call. */
const USUAL_TIMEOUT_MS = 60_000;

export function parseEvent(raw: unknown): LinkEvent {
  if (!isObject(raw)) return { type: "unknown", what: "an event that is not an object" };
  switch (raw["type"]) {
    case "session": {
      const session = nonEmptyString(raw["session"]);
      return session ? { type: "session", session } : { type: "unknown", what: "a session without an id" };
    }
    case "command": {
      const id = nonEmptyString(raw["id"]);
      return id ? { type: "command", command: parseCommand(id, raw) } : unknownCommand();
    }
    case "resync":
      return { type: "resync" };
    case "goodbye":
      return { type: "goodbye", reason: nonEmptyString(raw["reason"]) ?? "" };
    default:
      return { type: "unknown", what: `an event of type ${JSON.stringify(raw["type"])?.slice(0, 60)}` };
  }
}

export interface HelloResult {
  readonly protocol: number;
  readonly integration_version: string | null;
  /** By account: the newest token that Home Assistant was ever told of. */
  readonly generations: ReadonlyMap<string, ReportedGeneration>;
}

/** A token each second for thirty years. */
const MOST_GENERATIONS = 1_000_000_000;

/** The answer to `hello`. One without a protocol means the first: there was only one then. */
export function parseHelloResult(raw: unknown): HelloResult {
  const { protocol, integration_version, generations, last_success_at } = isObject(raw) ? raw : {};
  return {
    protocol: typeof protocol === "number" ? protocol : 1,
    integration_version: nonEmptyString(integration_version),
    generations: parseGenerations(generations, isObject(last_success_at) ? last_success_at : {}),
  };
}

/** How what this gateway serves compares with what Home Assistant has: it lacks nothing, nothing for good, or something. */
export type Verdict = "same" | "not_yet" | "other";

export interface OfferResult {
  readonly verdict: Verdict;
  /** Whether the gateway that Home Assistant works with is. */
  readonly connected: boolean;
  /** The names of what this gateway lacks. */
  readonly missing: readonly string[];
}

const VERDICTS: readonly Verdict[] = ["same", "not_yet", "other"];

/** The answer to `offer`; null for one that a later integration words in another way. */
export function parseOfferResult(raw: unknown): OfferResult | null {
  const { verdict: word, connected, missing } = isObject(raw) ? raw : {};
  const verdict = VERDICTS.find((known) => known === word);
  if (verdict === undefined) return null;
  const names = Array.isArray(missing) ? missing.filter((name) => typeof name === "string") : [];
  return { verdict, connected: connected === true, missing: names };
}

/** What is not a number, or not one that an account could reach, is left out. */
function parseGenerations(raw: unknown, last_success_at: JsonObject): Map<string, ReportedGeneration> {
  const told = new Map<string, ReportedGeneration>();
  for (const [id, generation] of Object.entries(isObject(raw) ? raw : {})) {
    if (!isCount(generation) || generation > MOST_GENERATIONS) continue;
    const at = Object.hasOwn(last_success_at, id) ? last_success_at[id] : null;
    told.set(id, { generation, last_success_at: isCount(at) ? at : null });
  }
  return told;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

function parseCommand(id: string, raw: JsonObject): LinkCommand {
  const target = isObject(raw["target"]) ? raw["target"] : {};
  const context = isObject(raw["context"]) ? raw["context"] : {};
  const timeout = raw["timeout_ms"];
  return {
    id,
    name: nonEmptyString(raw["name"]) ?? "",
    target: { device_id: nonEmptyString(target["device_id"]), account_id: nonEmptyString(target["account_id"]) },
    args: isObject(raw["args"]) ? raw["args"] : {},
    timeout_ms: typeof timeout === "number" && timeout > 0 ? timeout : USUAL_TIMEOUT_MS,
    context: {
      user: nonEmptyString(context["user"]),
      user_id: nonEmptyString(context["user_id"]),
      automation: nonEmptyString(context["automation"]),
    },
  };
}

function unknownCommand(): LinkEvent {
  return { type: "unknown", what: "a command without an id" };
}

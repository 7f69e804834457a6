import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { AccessGuard, assertAllowed } from "../../../src/http/access/access-guard.ts";
import type { AccessGuardOptions, Visitor } from "../../../src/http/access/access-guard.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { Problem } from "../../../src/problem.ts";
import { ManualClock } from "../../clock.ts";

export const SUPERVISOR = "172.30.32.2";

export function aGuard(options: Partial<AccessGuardOptions> = {}): AccessGuard {
  return aLoggedGuard(options).guard;
}

export function aLoggedGuard(options: Partial<AccessGuardOptions>): { guard: AccessGuard; sink: LogSink } {
  const sink = new LogSink({ level: "debug", secrets: new Secrets(), format: "json", write: () => {} });
  const guard = new AccessGuard({
    ingressPeer: null,
    password: null,
    sessions: null,
    membersReadActivity: false,
    clock: new ManualClock(),
    log: sink.log,
    ...options,
  });
  return { guard, sink };
}

/** As much of a request as the guard looks at. */
export function from(address: string, headers: IncomingMessage["headers"] = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: address });
  return { socket, headers } as IncomingMessage;
}

export function refusal(act: () => unknown): string {
  try {
    act();
    return "let in";
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
}

export function sentence(act: () => unknown): string {
  try {
    act();
    return "let in";
  } catch (error) {
    return error instanceof Problem ? `${error.code}: ${error.message}` : String(error);
  }
}

export async function verdict(guard: AccessGuard, visitor: Visitor): Promise<string> {
  const access = await guard.accessOf(visitor);
  try {
    assertAllowed(access, "act");
    return "may act";
  } catch (error) {
    return error instanceof Problem ? `${error.code}${error.retryable ? ", retryable" : ""}` : String(error);
  }
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

import { isObject } from "../../json.ts";
import { PROBLEM_CODES, Problem } from "../../problem.ts";
import type { Control } from "./control.ts";

/** The control of a simulated cloud in another process. */
export type RemoteControl = {
  readonly [K in keyof Control]: (...input: Parameters<Control[K]>) => Promise<ReturnType<Control[K]>>;
};

/**
 * Connects to the simulated cloud at `url`. Every method rejects with the Problem that the control itself would throw.
 *
 *     const control = connectControl("http://127.0.0.1:8100");
 *     await control.fault({ where: "token", kind: "lost_after" });
 */
export function connectControl(url: string): RemoteControl {
  const reading =
    <K extends keyof Control>(method: K) =>
    (): Promise<ReturnType<Control[K]>> =>
      ask(new Request(`${url}/control/${method}`));
  const changing =
    <K extends keyof Control>(method: K) =>
    (...[input = {}]: Parameters<Control[K]>): Promise<ReturnType<Control[K]>> =>
      ask(
        new Request(`${url}/control/${method}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(input),
        }),
      );
  return {
    counters: reading("counters"),
    calls: reading("calls"),
    grants: reading("grants"),
    devices: reading("devices"),
    settings: reading("settings"),
    faults: reading("faults"),
    notifications: reading("notifications"),
    set: changing("set"),
    fault: changing("fault"),
    clearFaults: changing("clearFaults"),
    change: changing("change"),
    furnish: changing("furnish"),
    revoke: changing("revoke"),
    expire: changing("expire"),
    changeClient: changing("changeClient"),
    allow: changing("allow"),
    reset: changing("reset"),
  };
}

/** The answer is typed by the method: both ends are the same version. */
async function ask<T>(request: Request): Promise<T> {
  const response = await fetch(request);
  const answer: unknown = await response.json();
  if (response.ok) return answer as T;
  const { code, message } = isObject(answer) ? answer : {};
  throw new Problem(PROBLEM_CODES.find((one) => one === code) ?? "internal", String(message));
}

import type { MessagePort } from "node:worker_threads";
import { systemClock } from "../clock.ts";
import { runGrant } from "../keeper/grant/grant.ts";
import type { GrantContext, StepListener } from "../keeper/grant/grant-context.ts";
import type { Provider } from "../keeper/providers/provider.ts";
import { toRecord } from "../keeper/grant/grant-runner.ts";
import type { GrantJob, GrantReport } from "../keeper/grant/grant-runner.ts";
import { Vault } from "../keeper/vault/vault.ts";
import type { AnsweredAttempt } from "../keeper/vault/tables/attempt.ts";
import { errorFields, LOG_LEVELS, Secrets } from "../log.ts";
import type { Log, LogFields, LogLevel } from "../log.ts";
import { connectPatiently } from "../outgoing/patient-connections.ts";
import { Problem } from "../problem.ts";
import { systemRandom } from "../random.ts";
import { httpFetch } from "./http-fetch.ts";
import { proxyFor, proxyName } from "../outgoing/proxy.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";

/** What a worker thread is given. */
export interface GrantTask {
  readonly folder: string;
  readonly providers: readonly Provider[];
  readonly callTimeoutMs: number;
  readonly proxies: ProxySettings | null;
  readonly job: GrantJob;
  /** What an earlier flight could not save. */
  readonly unsaved: AnsweredAttempt | null;
}

/** What it posts while it works; the report comes last, once the vault is closed. */
export type GrantTaskMessage =
  | { readonly type: "log"; readonly level: LogLevel; readonly message: string; readonly fields: LogFields }
  | { readonly type: "sent" }
  | { readonly type: "answered"; readonly attempt: AnsweredAttempt }
  | { readonly type: "report"; readonly report: GrantReport };

/** Runs one grant inside a worker thread: its own handle on the vault, the machine's clock, network and randomness. */
export async function runGrantTask(
  task: GrantTask,
  port: Pick<MessagePort, "postMessage">,
  onStep?: StepListener,
): Promise<void> {
  connectPatiently();
  const secrets = new Secrets();
  const post = (message: GrantTaskMessage): void => port.postMessage(message);
  const onAnswer = (attempt: AnsweredAttempt): void => post({ type: "answered", attempt });
  const onSent = (): void => post({ type: "sent" });
  const hooks = { onAnswer, fetch: httpFetch(task.proxies, onSent), ...(onStep === undefined ? {} : { onStep }) };
  // The gateway's timers keep no thread alive: without this one, a pause before another attempt to save would end it.
  const alive = setInterval(() => {}, 2 ** 31 - 1);
  try {
    post({ type: "report", report: await runInVault(task, secrets, postingLog(post, secrets), hooks) });
  } finally {
    clearInterval(alive);
  }
}

async function runInVault(
  { folder, providers, callTimeoutMs, proxies, job, unsaved }: GrantTask,
  secrets: Secrets,
  log: Log,
  hooks: Pick<GrantContext, "fetch" | "onAnswer" | "onStep">,
): Promise<GrantReport> {
  let vault: Vault | undefined;
  try {
    vault = Vault.join({ folder, random: systemRandom, secrets });
    return await runGrant(
      {
        vault,
        providers,
        clock: systemClock,
        random: systemRandom,
        proxyOf: (url) => {
          const proxy = proxyFor(proxies, url);
          return proxy === null ? null : proxyName(proxy);
        },
        secrets,
        log,
        callTimeoutMs,
        ...hooks,
      },
      job,
      unsaved,
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.error("A grant could not be run.", { error });
    return { outcome: "broken", account_id: job.account_id, problem: toRecord(error) };
  } finally {
    vault?.close();
  }
}

/** A log whose records are scrubbed here, where the newest secrets are known, and written by the main thread. */
function postingLog(post: (message: GrantTaskMessage) => void, secrets: Secrets): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      const record = JSON.stringify({ type: "log", level, message, fields }, (_, value: unknown) =>
        value instanceof Error ? errorFields(value) : value,
      );
      post(secrets.scrubJson(record) as GrantTaskMessage);
    };
  const [trace, debug, info, warn, error, fatal] = LOG_LEVELS.map(at);
  const log = { trace, debug, info, warn, error, fatal, part: (): Log => log } as Log;
  return log;
}

import { isObject } from "../../../src/json.ts";
import type { LivePicture } from "../../../src/state/live-picture.ts";
import type { CommandArguments, CommandName, CommandState } from "../../../src/state/picture.ts";
import type { ManualClock } from "../../clock.ts";
import type { Arrival } from "./cloud.ts";
import { devicesOf } from "./reports.ts";
import type { Reports } from "./reports.ts";

/** A command's way to the cloud. */
interface Trail {
  readonly deadlineAt: number;
  readonly first: CommandState;
  /** Nothing stood before it, and there was a token. */
  readonly idle: boolean;
  /** The number of the last request before it. */
  readonly after: number;
  /** Monotonic. */
  sentAt: number;
  /** The numbers of its requests; all but the last were refused for their token. */
  readonly posts: number[];
  refusedTokens: number;
  /** The device took it. */
  accepted: number;
}

export interface LockCounts {
  commands: number;
  sent: number;
  confirmed: number;
  refused: number;
  offline: number;
  unconfirmed: number;
  superseded: number;
  joined: number;
  reads: number;
}

export interface CommandJudgeParts {
  readonly clock: ManualClock;
  readonly counts: LockCounts;
  readonly reports: Reports;
  /** Takes a promise that is broken. */
  readonly onBroken: (promise: string) => void;
  /** Is there a token to be had at once for the account? */
  readonly tokenAtHand: (account_id: string) => boolean;
  /** The gateway stops: everything ends at once. */
  readonly isStopping: () => boolean;
}

const CLOUD_NAMES: Readonly<Record<string, string>> = {
  lock: "st.lock/lock",
  unlock: "st.lock/unlock",
  set_mode: "st.lock/setMode",
  turn_on: "st.switch/on",
  turn_off: "st.switch/off",
  set_level: "st.switchLevel/setLevel",
};
const MODES: readonly unknown[] = ["normal", "passage", "always_locked"];
/** What every command is given after it was sent, unless its asker waits less. */
const SHORTEST_WINDOW_MS = 30_000;

/** Follows each command from its first record to its end, and to the cloud and back. */
export class CommandJudge {
  readonly #parts: CommandJudgeParts;
  readonly #trailOf = new WeakMap<Arrival, Trail>();
  readonly #records = new Map<string, CommandState>();
  readonly #trails = new Map<string, Trail>();

  constructor(parts: CommandJudgeParts) {
    this.#parts = parts;
  }

  clear(): void {
    this.#records.clear();
    this.#trails.clear();
  }

  checkDeadlines(): void {
    for (const { ended_at, id, name } of this.#records.values()) {
      const trail = this.#trails.get(id);
      if (ended_at === null && trail && this.#parts.clock.monotonic() > trail.deadlineAt + 1) {
        this.#break(`${name} ${id} has not ended by its deadline`);
      }
    }
  }

  onActed(arrival: Arrival, payload: unknown): void {
    const trail = this.#trailOf.get(arrival);
    if (!trail) return;
    if (devicesOf(payload).every((device) => device["error"] === undefined)) trail.accepted += 1;
  }

  onTokenRefused(arrival: Arrival): void {
    const trail = this.#trailOf.get(arrival);
    if (trail) trail.refusedTokens += 1;
  }

  /** A Command request leaves: exactly one command of its device can be the one, and only once. */
  onSent(picture: LivePicture | null, arrival: Arrival, number: number): void {
    const { clock, counts } = this.#parts;
    const [device = {}] = devicesOf(arrival.payload);
    const id = String(device["id"]);
    const inFlight = picture?.commands().filter((one) => one.device_id === id && isInFlight(one)) ?? [];
    const [command] = inFlight;
    if (!command || inFlight.length > 1) {
      return this.#break(`${id} was sent a command while ${inFlight.length} were in flight`);
    }
    const { capability, name, arguments: args } = isObject(device["command"]) ? device["command"] : {};
    const asked = isObject(args) ? { ...args } : {};
    const wanted = command.name === "set_mode" ? { mode: MODES.indexOf(command.args.mode) } : command.args;
    const isRight = `${String(capability)}/${String(name)}` === CLOUD_NAMES[command.name];
    if (!isRight || JSON.stringify(asked) !== JSON.stringify(wanted)) {
      this.#break(`${id} was asked for ${String(name)} ${JSON.stringify(asked)} instead of ${command.name}`);
    }
    const trail = this.#trails.get(command.id);
    if (!trail) return this.#break(`${command.id} was sent before it was shown`);
    this.#trailOf.set(arrival, trail);
    if (trail.posts.length > trail.refusedTokens) this.#break(`${command.name} was sent twice`);
    if (trail.posts.length > 1) this.#break(`${command.name} was sent ${trail.posts.length + 1} times`);
    if (clock.now() >= command.deadline_at) this.#break(`${command.name} was sent after its deadline`);
    if (trail.posts.length === 0) counts.sent += 1;
    trail.posts.push(number);
    trail.sentAt = clock.monotonic();
  }

  /** @param after the number of the last request so far */
  see(picture: LivePicture, command: CommandState, after: number): void {
    const before = this.#records.get(command.id);
    this.#records.set(command.id, command);
    if (!before) this.#begin(picture, command, after);
    const inFlight = picture.commands().filter((one) => one.device_id === command.device_id && isInFlight(one));
    if (inFlight.length > 1) this.#break(`${inFlight.length} commands of ${command.device_id} are in flight`);
    if (before && before.ended_at !== null && JSON.stringify(before) !== JSON.stringify(command)) {
      this.#break(`${command.name} changed after its end`);
    }
    const trail = this.#trails.get(command.id);
    if (!trail) return;
    const { device_id, deadline_at, requested_at } = trail.first;
    if (
      command.device_id !== device_id ||
      command.deadline_at !== deadline_at ||
      command.requested_at !== requested_at
    ) {
      this.#break(`${command.name} is not the command that it was`);
    }
    if (command.ended_at !== null && before?.ended_at === null) this.#end(command, trail);
  }

  #begin(picture: LivePicture, command: CommandState, after: number): void {
    const { clock, counts, tokenAtHand } = this.#parts;
    counts.commands += 1;
    const others = picture.commands().filter((one) => one.device_id === command.device_id && one.id !== command.id);
    const device = picture.device(command.device_id);
    const idle =
      others.every(({ ended_at }) => ended_at !== null) &&
      device?.lock_mode !== "passage" &&
      tokenAtHand(device?.account_id ?? "");
    const deadlineAt = clock.monotonic() + command.deadline_at - command.requested_at;
    const trail = { first: command, deadlineAt, idle, after, sentAt: 0, posts: [], refusedTokens: 0, accepted: 0 };
    this.#trails.set(command.id, trail);
  }

  #end(command: CommandState, trail: Trail): void {
    const { clock, counts, reports } = this.#parts;
    const { name, outcome, error, sent_at } = command;
    const code = error?.code ?? "nothing";
    if (outcome === null) return this.#break(`${name} ended without an outcome`);
    counts[outcome] += 1;
    if ((outcome === "confirmed") !== (error === null)) this.#break(`${name} ended ${outcome} with ${code}`);
    if (clock.monotonic() > trail.deadlineAt + 1) this.#break(`${name} ended after its deadline`);
    if ((sent_at === null) !== (trail.posts.length === 0)) this.#break(`${name} is wrong about having been sent`);
    if ((outcome === "refused" || outcome === "superseded") && trail.accepted > 0) {
      this.#break(`${name} ended ${outcome} (${code}), and the device took it`);
    }
    if (outcome === "superseded" && sent_at !== null) this.#break(`${name} was superseded after it was sent`);
    if (outcome === "confirmed" && !wasSaid(command, reports, trail.posts.at(-1) ?? Infinity)) {
      this.#break(`${name} ended confirmed, and the cloud did not say so after it was sent`);
    }
    if (code === "lock_in_passage_mode") {
      const last = reports.of(command.device_id).findLast(({ values }) => values.has("lock_mode"));
      const isSaid = last !== undefined && last.askedAs > trail.after && last.values.get("lock_mode") === "passage";
      if (!isSaid) this.#break("lock_in_passage_mode, and the cloud did not just say so");
    }
    if (outcome === "unconfirmed" && !this.#mayGiveUp(command, trail)) this.#break(`${name} was given up too early`);
    const isLate = sent_at !== null ? sent_at !== command.requested_at : outcome !== "superseded";
    if (trail.idle && isLate && trail.refusedTokens === 0) {
      this.#break(`${name} waited although nothing was before it: ${outcome} (${code})`);
    }
  }

  /** Before its time is over only a jam, or the end of the gateway, ends the search for a command's outcome. */
  #mayGiveUp({ device_id }: CommandState, { deadlineAt, posts, sentAt }: Trail): boolean {
    const { clock, isStopping, reports } = this.#parts;
    if (isStopping() || clock.monotonic() >= Math.min(deadlineAt, sentAt + SHORTEST_WINDOW_MS)) return true;
    const since = posts.at(-1) ?? Infinity;
    return reports
      .of(device_id)
      .some(({ askedAs, values }) => askedAs > since && values.get("lock_state") === "jammed");
  }

  #break(promise: string): void {
    this.#parts.onBroken(promise);
  }
}

/** The value that shows that a command was done. The simulated homes are asked for nothing else. */
const SHOWN_BY: Readonly<
  Partial<Record<CommandName, (args: CommandArguments) => readonly [value: string, wanted: unknown]>>
> = {
  lock: () => ["lock_state", "locked"],
  unlock: () => ["lock_state", "unlocked"],
  set_mode: ({ mode }) => ["lock_mode", mode],
  turn_on: () => ["switch_state", "on"],
  turn_off: () => ["switch_state", "off"],
  set_level: ({ level }) => (level === 0 ? ["switch_state", "off"] : ["level", level]),
};

function wasSaid({ device_id, name, args }: CommandState, reports: Reports, after: number): boolean {
  const shown = SHOWN_BY[name]?.(args);
  if (shown === undefined) return false;
  const [value, wanted] = shown;
  return reports
    .of(device_id)
    .some(({ askedAs, online, values }) => askedAs >= after && online !== false && values.get(value) === wanted);
}

function isInFlight({ sent_at, ended_at }: CommandState): boolean {
  return sent_at !== null && ended_at === null;
}

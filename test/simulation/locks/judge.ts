import { isObject } from "../../../src/json.ts";
import type { DeviceView } from "../../../src/simulator/devices/device-model.ts";
import type { LivePicture } from "../../../src/state/live-picture.ts";
import type { Change, CommandState, DeviceState } from "../../../src/state/picture.ts";
import type { ManualClock } from "../../clock.ts";
import type { Arrival, Witness } from "./cloud.ts";

/** What the cloud said of a device in one answer, as the gateway heard it. */
interface Report {
  /** The number of the request in the order of all requests. */
  readonly askedAs: number;
  readonly online: boolean | undefined;
  readonly values: ReadonlyMap<string, unknown>;
}

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

/** The words of the cloud, in the picture's. Written here once more, so that no table of the gateway judges itself. */
const SAID: Readonly<Record<string, readonly [keyof DeviceState, ReadonlyMap<unknown, unknown> | null]>> = {
  "st.lock/lockState": [
    "lock_state",
    new Map([
      ["Locked", "locked"],
      ["Unlocked", "unlocked"],
      ["Jammed", "jammed"],
    ]),
  ],
  "st.lock/lockMode": [
    "lock_mode",
    new Map([
      [0, "normal"],
      [1, "passage"],
      [2, "always_locked"],
    ]),
  ],
  "st.doorSensor/sensorState": [
    "door_state",
    new Map([
      ["Open", "open"],
      ["Closed", "closed"],
    ]),
  ],
  "st.batteryLevel/level": ["battery_level", null],
  "st.switch/switch": ["switch_state", null],
  "st.switchLevel/level": ["level", null],
};
const VALUES = [...new Set(Object.values(SAID).map(([value]) => value))];
/** What a device shows before the cloud has said anything. */
const UNSAID: ReadonlySet<unknown> = new Set([null, "unknown", undefined]);

const CLOUD_NAMES: Readonly<Record<string, string>> = {
  lock: "st.lock/lock",
  unlock: "st.lock/unlock",
  set_mode: "st.lock/setMode",
  turn_on: "st.switch/on",
  turn_off: "st.switch/off",
  set_level: "st.switchLevel/setLevel",
};
const MODES: readonly unknown[] = ["normal", "passage", "always_locked"];
const TRANSITIONS: Readonly<Record<string, string>> = { lock: "locking", unlock: "unlocking" };
const GOALS: Readonly<Record<string, string>> = { lock: "locked", unlock: "unlocked" };
const REPORTS_KEPT = 200;
/** What every command is given after it was sent, unless its asker waits less. */
const SHORTEST_WINDOW_MS = 30_000;

/**
 * Sees everything that goes to the cloud and comes back, and every change of the picture, and keeps the first promise
 * that is broken.
 */
export class LockJudge implements Witness {
  readonly counts: LockCounts = {
    commands: 0,
    sent: 0,
    confirmed: 0,
    refused: 0,
    offline: 0,
    unconfirmed: 0,
    superseded: 0,
    joined: 0,
    reads: 0,
  };
  readonly #clock: ManualClock;
  #broken: Error | null = null;
  #picture: LivePicture | null = null;
  #numbers = 0;
  readonly #numberOf = new WeakMap<Arrival, number>();
  readonly #trailOf = new WeakMap<Arrival, Trail>();
  readonly #reports = new Map<string, Report[]>();
  readonly #shown = new Map<string, DeviceState>();
  readonly #records = new Map<string, CommandState>();
  readonly #trails = new Map<string, Trail>();
  /** By command id: was its device as asked when the cloud accepted it, and has it been so since? */
  readonly #needs = new Map<string, "none" | "some" | "contradicted">();
  /** The gateway stops: everything ends at once. */
  stopping = false;
  /** Is there a token to be had at once for the account? */
  tokenAtHand: (account_id: string) => boolean = () => true;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** Watches this picture from now on, and no other. */
  watch(picture: LivePicture): () => void {
    this.#picture = picture;
    this.#shown.clear();
    this.#records.clear();
    this.#trails.clear();
    this.#needs.clear();
    this.#reports.clear();
    return picture.subscribe((change) => this.#picture === picture && this.#see(picture, change));
  }

  /** Keeps the first broken promise: whoever broke it may be deep inside the gateway, which would catch it. */
  break(promise: string): void {
    this.#broken ??= new Error(promise);
  }

  /** @throws Error that names the promise that was broken */
  check(): void {
    for (const { ended_at, id, name } of this.#records.values()) {
      const trail = this.#trails.get(id);
      if (ended_at === null && trail && this.#clock.monotonic() > trail.deadlineAt + 1) {
        this.break(`${name} ${id} has not ended by its deadline`);
      }
    }
    if (this.#broken) throw this.#broken;
  }

  /** Everything is quiet: the picture must be the cloud's truth, and nothing under way. */
  checkQuiet(devices: readonly DeviceView[]): void {
    const picture = this.#picture;
    if (picture === null) return;
    for (const { id, actual } of devices) {
      const device = picture.device(id);
      if (!device) {
        this.break(`${id} is not in the picture`);
        continue;
      }
      const truth = new Map<keyof DeviceState, unknown>([
        ["lock_state", SAID["st.lock/lockState"]?.[1]?.get(actual.lock_state)],
        ["lock_mode", SAID["st.lock/lockMode"]?.[1]?.get(actual.lock_mode)],
        ["switch_state", actual.switch],
        ["level", actual.switch_level],
        ["online", actual.online],
        ["transition", null],
      ]);
      for (const [value, is] of truth) {
        const shown = device[value];
        if (is !== undefined && shown !== is)
          this.break(`${id} is ${text(is)}, and shown with ${value} ${text(shown)}`);
      }
    }
    for (const { id, ended_at } of picture.commands()) if (ended_at === null) this.break(`${id} hangs`);
    this.check();
  }

  onAsked(arrival: Arrival): void {
    const number = ++this.#numbers;
    this.#numberOf.set(arrival, number);
    if (arrival.action === "Query") this.counts.reads += 1;
    if (arrival.action === "Command") this.#sent(arrival, number);
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

  onAnswered(arrival: Arrival, payload: unknown): void {
    for (const device of devicesOf(payload)) {
      const id = String(device["id"]);
      const error = isObject(device["error"]) ? device["error"]["code"] : undefined;
      const states = Array.isArray(device["states"]) ? device["states"].filter(isObject) : [];
      const values = new Map<string, unknown>();
      let online = error === "DEVICE_OFFLINE" ? false : undefined;
      for (const { capability, name, value } of states) {
        if (name === "status") online = value === "Online";
        const [key, words] = SAID[`${String(capability)}/${String(name)}`] ?? [];
        if (key) values.set(key, words ? words.get(value) : value);
      }
      const reports = this.#reports.get(id) ?? [];
      reports.push({ askedAs: this.#numberOf.get(arrival) ?? 0, online, values });
      if (reports.length > REPORTS_KEPT) reports.shift();
      this.#reports.set(id, reports);
    }
  }

  /** A Command request leaves: exactly one command of its device can be the one, and only once. */
  #sent(arrival: Arrival, number: number): void {
    const [device = {}] = devicesOf(arrival.payload);
    const id = String(device["id"]);
    const inFlight = this.#picture?.commands().filter((one) => one.device_id === id && isInFlight(one)) ?? [];
    const [command] = inFlight;
    if (!command || inFlight.length > 1) {
      return this.break(`${id} was sent a command while ${inFlight.length} were in flight`);
    }
    const { capability, name, arguments: args } = isObject(device["command"]) ? device["command"] : {};
    const asked = isObject(args) ? { ...args } : {};
    const wanted = command.name === "set_mode" ? { mode: MODES.indexOf(command.args.mode) } : command.args;
    const isRight = `${String(capability)}/${String(name)}` === CLOUD_NAMES[command.name];
    if (!isRight || JSON.stringify(asked) !== JSON.stringify(wanted)) {
      this.break(`${id} was asked for ${String(name)} ${JSON.stringify(asked)} instead of ${command.name}`);
    }
    const trail = this.#trails.get(command.id);
    if (!trail) return this.break(`${command.id} was sent before it was shown`);
    this.#trailOf.set(arrival, trail);
    if (trail.posts.length > trail.refusedTokens) this.break(`${command.name} was sent twice`);
    if (trail.posts.length > 1) this.break(`${command.name} was sent ${trail.posts.length + 1} times`);
    if (this.#clock.now() >= command.deadline_at) this.break(`${command.name} was sent after its deadline`);
    if (trail.posts.length === 0) this.counts.sent += 1;
    trail.posts.push(number);
    trail.sentAt = this.#clock.monotonic();
  }

  #see(picture: LivePicture, { set }: Change): void {
    for (const command of set.commands ?? []) this.#seeCommand(picture, command);
    for (const device of set.devices ?? []) this.#seeDevice(device);
    for (const device of picture.devices()) {
      const running = picture
        .commands()
        .find((one) => one.device_id === device.id && one.accepted_at !== null && one.ended_at === null);
      const allowed = running ? this.#transitionsOf(running, device) : [null];
      if (!allowed.includes(device.transition)) {
        this.break(`${device.id} is shown ${device.transition} while ${running?.name ?? "nothing"} is under way`);
      }
    }
  }

  /** What the device of an accepted command may be shown to be doing. */
  #transitionsOf({ id, name }: CommandState, { lock_state, freshness }: DeviceState): (string | null)[] {
    const transition = TRANSITIONS[name];
    if (transition === undefined) return [null];
    const isSo = lock_state === GOALS[name];
    // The first look at it is that of its acceptance.
    const need = this.#needs.get(id) ?? (isSo && freshness === "fresh" ? "none" : "some");
    const now = need === "none" && !isSo ? "contradicted" : need;
    this.#needs.set(id, now);
    if (now === "contradicted") return [null, transition];
    return now === "none" ? [null] : [transition];
  }

  #seeDevice(device: DeviceState): void {
    const before = this.#shown.get(device.id);
    this.#shown.set(device.id, device);
    const reports = this.#reports.get(device.id) ?? [];
    for (const value of VALUES) {
      const shown = device[value];
      if (shown === before?.[value] || (before === undefined && UNSAID.has(shown))) continue;
      const said = reports.findLast((report) => report.values.has(value))?.values.get(value);
      if (UNSAID.has(shown) && !wasSaidThere(reports, value)) continue;
      if (shown !== said)
        this.break(`${device.id} is shown with ${value} ${text(shown)}; the cloud said ${text(said)}`);
    }
    if (device.online !== (before?.online ?? null)) {
      const said = reports.findLast(({ online }) => online !== undefined)?.online;
      if (device.online !== said) this.break(`${device.id} is shown ${device.online ? "online" : "offline"}`);
    }
  }

  #seeCommand(picture: LivePicture, command: CommandState): void {
    const before = this.#records.get(command.id);
    this.#records.set(command.id, command);
    if (!before) {
      this.counts.commands += 1;
      const others = picture.commands().filter((one) => one.device_id === command.device_id && one.id !== command.id);
      const device = picture.device(command.device_id);
      const idle =
        others.every(({ ended_at }) => ended_at !== null) &&
        device?.lock_mode !== "passage" &&
        this.tokenAtHand(device?.account_id ?? "");
      const deadlineAt = this.#clock.monotonic() + command.deadline_at - command.requested_at;
      this.#trails.set(command.id, {
        first: command,
        deadlineAt,
        idle,
        after: this.#numbers,
        sentAt: 0,
        posts: [],
        refusedTokens: 0,
        accepted: 0,
      });
    }
    const inFlight = picture.commands().filter((one) => one.device_id === command.device_id && isInFlight(one));
    if (inFlight.length > 1) this.break(`${inFlight.length} commands of ${command.device_id} are in flight`);
    if (before && before.ended_at !== null && JSON.stringify(before) !== JSON.stringify(command)) {
      this.break(`${command.name} changed after its end`);
    }
    const trail = this.#trails.get(command.id);
    if (!trail) return;
    const { device_id, deadline_at, requested_at } = trail.first;
    if (
      command.device_id !== device_id ||
      command.deadline_at !== deadline_at ||
      command.requested_at !== requested_at
    ) {
      this.break(`${command.name} is not the command that it was`);
    }
    if (command.ended_at !== null && before?.ended_at === null) this.#seeEnd(command, trail);
  }

  #seeEnd(command: CommandState, trail: Trail): void {
    const { name, outcome, error, sent_at } = command;
    const code = error?.code ?? "nothing";
    if (outcome === null) return this.break(`${name} ended without an outcome`);
    this.counts[outcome] += 1;
    if ((outcome === "confirmed") !== (error === null)) this.break(`${name} ended ${outcome} with ${code}`);
    if (this.#clock.monotonic() > trail.deadlineAt + 1) this.break(`${name} ended after its deadline`);
    if ((sent_at === null) !== (trail.posts.length === 0)) this.break(`${name} is wrong about having been sent`);
    if ((outcome === "refused" || outcome === "superseded") && trail.accepted > 0) {
      this.break(`${name} ended ${outcome} (${code}), and the device took it`);
    }
    if (outcome === "superseded" && sent_at !== null) this.break(`${name} was superseded after it was sent`);
    if (outcome === "confirmed" && !this.#wasSaid(command, trail.posts.at(-1) ?? Infinity)) {
      this.break(`${name} ended confirmed, and the cloud did not say so after it was sent`);
    }
    if (code === "lock_in_passage_mode") {
      const last = this.#reports.get(command.device_id)?.findLast(({ values }) => values.has("lock_mode"));
      const isSaid = last !== undefined && last.askedAs > trail.after && last.values.get("lock_mode") === "passage";
      if (!isSaid) this.break("lock_in_passage_mode, and the cloud did not just say so");
    }
    if (outcome === "unconfirmed" && !this.#mayGiveUp(command, trail)) this.break(`${name} was given up too early`);
    const isLate = sent_at !== null ? sent_at !== command.requested_at : outcome !== "superseded";
    if (trail.idle && isLate && trail.refusedTokens === 0) {
      this.break(`${name} waited although nothing was before it: ${outcome} (${code})`);
    }
  }

  /** Before its time is over only a jam, or the end of the gateway, ends the search for a command's outcome. */
  #mayGiveUp({ device_id }: CommandState, { deadlineAt, posts, sentAt }: Trail): boolean {
    if (this.stopping || this.#clock.monotonic() >= Math.min(deadlineAt, sentAt + SHORTEST_WINDOW_MS)) return true;
    const since = posts.at(-1) ?? Infinity;
    const reports = this.#reports.get(device_id) ?? [];
    return reports.some(({ askedAs, values }) => askedAs > since && values.get("lock_state") === "jammed");
  }

  #wasSaid({ device_id, name, args }: CommandState, after: number): boolean {
    return (this.#reports.get(device_id) ?? []).some(({ askedAs, online, values }) => {
      if (askedAs < after || online === false) return false;
      switch (name) {
        case "lock":
          return values.get("lock_state") === "locked";
        case "unlock":
          return values.get("lock_state") === "unlocked";
        case "set_mode":
          return values.get("lock_mode") === args.mode;
        case "turn_on":
          return values.get("switch_state") === "on";
        case "turn_off":
          return values.get("switch_state") === "off";
        case "set_level":
          return args.level === 0 ? values.get("switch_state") === "off" : values.get("level") === args.level;
        case "set_color":
        case "set_color_temperature":
          return false;
      }
    });
  }
}

function isInFlight({ sent_at, ended_at }: CommandState): boolean {
  return sent_at !== null && ended_at === null;
}

function devicesOf(payload: unknown): Record<string, unknown>[] {
  const devices = isObject(payload) ? payload["devices"] : undefined;
  return Array.isArray(devices) ? devices.filter(isObject) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

/** Did the cloud say it of a device that was there? What it remembers of one that is away may be forgotten again. */
function wasSaidThere(reports: readonly Report[], value: string): boolean {
  let isThere = true;
  return reports.some(({ online, values }) => {
    isThere = online ?? isThere;
    return isThere && values.has(value);
  });
}

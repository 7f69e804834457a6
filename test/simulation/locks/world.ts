import { Receiver } from "../../../src/home-assistant/receiver.ts";
import { Problem } from "../../../src/problem.ts";
import type { DeviceBehaviour, DeviceStates } from "../../../src/simulator/devices/device-model.ts";
import type { CloudSettings } from "../../../src/simulator/settings/cloud-settings.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import type { CommandArguments, CommandName, CommandOrigin } from "../../../src/state/picture.ts";
import { UtecClient } from "../../../src/utec/cloud/client.ts";
import { Commands } from "../../../src/utec/commands/commands.ts";
import { Poller } from "../../../src/utec/polling/poller.ts";
import { ManualClock } from "../../clock.ts";
import { aGateway, anAccount } from "../../state/models.ts";
import { linkDesks } from "../../home-assistant-link/commands/link-desks.ts";
import { SeededRandom } from "../chance.ts";
import { LockCloud } from "./cloud.ts";
import type { ActionName, CallFault, Way } from "./cloud.ts";
import { ACCOUNTS, DEVICES, idOf } from "./home.ts";
import { LockJudge } from "./judge.ts";
import { SimulatedTokens } from "./simulated-tokens.ts";
import type { TokenTrouble } from "./simulated-tokens.ts";
import { SILENT } from "../silent-log.ts";

export interface Wish {
  readonly by: CommandOrigin["kind"];
  /** The place in the list of devices. */
  readonly device: number;
  readonly name: CommandName;
  readonly args: CommandArguments;
  /** One of a few ids that askers use again and again; null is none. */
  readonly id: number | null;
  /** From now; null is the gateway's own. */
  readonly within_ms: number | null;
}

/** The gateway as it runs between two starts. */
interface Boot {
  readonly picture: LivePicture;
  readonly poller: Poller;
  readonly commands: Commands;
  readonly receiver: Receiver;
  readonly way: Way;
}

/** Home Assistant waits so long at most; then two windows are over, too. */
const LONGEST_ANSWER_MS = 91_000;
const CALM_MS = 12 * 60_000;
const TIMEOUT_MS = 21_000;

/**
 * A gateway's commands, poller and picture in a deterministic world: clock, chance and cloud are the world's, the cloud's
 * devices are the simulated cloud's own. A judge sees everything; what it finds broken is thrown at the next step.
 */
export class LockWorld {
  readonly judge: LockJudge;
  readonly cloud: LockCloud;
  readonly #clock = new ManualClock();
  readonly #random: SeededRandom;
  readonly #tokens: SimulatedTokens;
  /** What Home Assistant waits for: by when, on the monotonic clock. */
  readonly #unanswered = new Map<string, number>();
  readonly #answered = new Set<string>();
  #waiting = 0;
  #asks = 0;
  #boot: Boot;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.judge = new LockJudge(this.#clock);
    this.cloud = new LockCloud({ clock: this.#clock, devices: DEVICES, witness: this.judge });
    this.#tokens = new SimulatedTokens();
    this.judge.tokenAtHand = (account_id) => !this.#tokens.troubles.has(account_id);
    this.#boot = this.#start();
  }

  set(settings: Partial<CloudSettings>): void {
    this.cloud.settings = { ...this.cloud.settings, ...settings };
  }

  fail(action: ActionName, fault: CallFault, times: number): void {
    this.cloud.faults[action].push(...Array.from({ length: times }, () => fault));
  }

  /** A hand at the device, or what becomes of it. */
  change(device: number, states: Partial<DeviceStates>): void {
    this.cloud.home.get(idOf(device)).change(states);
  }

  behave(device: number, behaviour: Partial<DeviceBehaviour>): void {
    this.cloud.home.get(idOf(device)).behave(behaviour);
  }

  later(ms: number, deed: () => void): void {
    this.#clock.after(ms, deed);
  }

  /** The machine sleeps. */
  sleep(ms: number): void {
    this.#clock.sleep(ms);
  }

  /** The keeper of an account has no token, for so long. */
  trouble(account: number, trouble: TokenTrouble, forMs: number): void {
    const id = ACCOUNTS[account % ACCOUNTS.length] ?? "home";
    this.#tokens.trouble(id, trouble);
    this.#showAccounts();
    this.later(forMs, () => {
      this.#tokens.trouble(id, null);
      this.#showAccounts();
    });
  }

  ask({ by, device, name, args, id, within_ms }: Wish): void {
    const device_id = idOf(device);
    const own = id === null ? undefined : `${by}-${id}`;
    if (by === "home_assistant") {
      const event = own ?? `event-${++this.#asks}`;
      const timeout_ms = Math.max(within_ms ?? 60_000, 1);
      if (!this.#answered.has(event) && !this.#unanswered.has(event)) {
        this.#unanswered.set(event, this.#clock.monotonic() + LONGEST_ANSWER_MS);
      }
      const context = { user: "Ada", user_id: null, automation: null };
      const target = { device_id, account_id: null };
      this.#boot.receiver.take({ id: event, name, target, args: { ...args }, timeout_ms, context });
      return;
    }
    const request = {
      device_id,
      name,
      args,
      origin: { kind: by, name: null, automation: false },
      ...(own === undefined ? {} : { id: own }),
      ...(within_ms === null ? {} : { deadline_at: this.#clock.now() + within_ms }),
    };
    this.#waiting += 1;
    const boot = this.#boot;
    boot.commands
      .submit(request)
      .then((record) => {
        if (boot !== this.#boot) return undefined;
        const isIt = record.device_id === device_id && record.name === name;
        if (!isIt || JSON.stringify(record.args) !== JSON.stringify(args))
          this.judge.break("another command came back");
        if (own !== undefined && record.id !== own) this.judge.counts.joined += 1;
        return undefined;
      })
      .catch((error: unknown) => this.#mustBeProblem(error))
      .finally(() => {
        if (boot === this.#boot) this.#waiting -= 1;
      })
      .catch(() => undefined);
  }

  /** Stops the gateway in good order, and starts it again. */
  async restart(): Promise<void> {
    const { commands, picture, poller } = this.#boot;
    await settle();
    this.judge.stopping = true;
    await commands.stop();
    this.judge.stopping = false;
    poller.stop();
    await settle();
    for (const { ended_at, name } of picture.commands()) if (ended_at === null) this.judge.break(`${name} outlived it`);
    if (this.#waiting > 0) this.judge.break(`${this.#waiting} askers wait for a gateway that has stopped`);
    this.#boot = this.#start();
    await this.pass(0);
  }

  /** The process dies, and starts again. */
  async crash(): Promise<void> {
    await settle();
    const { poller, way } = this.#boot;
    way.cut();
    poller.stop();
    this.#boot = this.#start();
    await this.pass(0);
  }

  /** Lets time pass from timer to timer. @throws Error that names the promise that was broken */
  async pass(ms: number): Promise<void> {
    const end = this.#clock.monotonic() + ms;
    await this.#settle();
    for (;;) {
      const left = end - this.#clock.monotonic();
      const next = this.#clock.nextIn ?? Infinity;
      this.#clock.advance(Math.min(left, next));
      await this.#settle();
      if (next > left) return;
    }
  }

  /** The weather clears; after a while the picture must be true and nothing under way. */
  async clearUp(): Promise<void> {
    for (const faults of Object.values(this.cloud.faults)) faults.length = 0;
    this.cloud.outage = false;
    for (const id of ACCOUNTS) this.#tokens.trouble(id, null);
    this.#showAccounts();
    for (const device of DEVICES.keys()) {
      this.behave(device, { offline_polls: 0, hidden_in: [], missing_capabilities: [], next_commands: [] });
      this.change(device, { online: true });
    }
    // A discovery that said nothing of a device is not asked again by itself for half an hour, and one that is under way
    // is joined.
    await this.pass(TIMEOUT_MS);
    this.#boot.poller.listDevices();
    await this.pass(CALM_MS);
    if (this.#waiting > 0) this.judge.break(`${this.#waiting} askers wait for ever`);
    this.judge.checkQuiet(this.cloud.home.all().map((device) => device.view()));
  }

  async #settle(): Promise<void> {
    await settle();
    const now = this.#clock.monotonic();
    for (const [id, by] of this.#unanswered) if (now > by) this.judge.break(`Home Assistant waits for ${id} in vain`);
    this.judge.check();
  }

  #start(): Boot {
    const clock = this.#clock;
    const random = this.#random;
    const log = SILENT;
    const picture = new LivePicture(aGateway());
    this.judge.watch(picture);
    this.#waiting = 0;
    this.#unanswered.clear();
    this.#answered.clear();
    const way = this.cloud.connect();
    const secrets = { scrub: (text: string): string => text };
    const client = new UtecClient({
      actionUrl: () => "http://cloud.test/action",
      tokens: this.#tokens,
      transport: way,
      secrets,
      clock,
      random,
    });
    const poller = new Poller({ client, picture, clock, random: () => random.fraction(), log });
    const commands = new Commands({ client, poller, picture, clock, random, log });
    const receiver: Receiver = new Receiver({
      commands,
      ...linkDesks(picture, { devices: poller }),
      clock,
      log,
      answer: (id, { error }) => {
        if (this.#boot.receiver !== receiver) return;
        if (!this.#unanswered.delete(id)) this.judge.break(`${id} was answered twice`);
        this.#answered.add(id);
        if (error === undefined && commands.find(id)?.outcome !== "confirmed") {
          this.judge.break(`Home Assistant was told that ${id} is done`);
        }
        if (error?.code === "internal") this.judge.break(`a bug in the gateway: ${error.message}`);
      },
    });
    this.#boot = { picture, poller, commands, receiver, way };
    poller.start();
    this.#showAccounts();
    return this.#boot;
  }

  #showAccounts(): void {
    const accounts = ACCOUNTS.map((id) => {
      const trouble = this.#tokens.troubles.get(id);
      const isDead = trouble === "sign_in_needed" || trouble === "misconfigured";
      return anAccount({ id, status: isDead ? trouble : "fresh" });
    });
    this.#boot.picture.update({ accounts });
  }

  #mustBeProblem(error: unknown): void {
    if (error instanceof Problem && error.code !== "internal") return;
    this.judge.break(`no Problem: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

/** Lets everything run that waits for no timer. */
async function settle(): Promise<void> {
  for (let turns = 2; turns > 0; turns -= 1) await new Promise((resolve) => void setImmediate(resolve));
}

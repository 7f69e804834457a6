import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { AccountState } from "../keeper/account.ts";
import { canAsk } from "../utec/fleet/fleet.ts";
import { Refusal } from "./requests/refusal.ts";

export interface FirstLookParts {
  readonly picture: LivePicture;
  /** Asks the cloud. */
  readonly poller: {
    /** Resolves when every account that can be asked has been asked once, after `limitMs` at the latest. */
    looked(limitMs: number): Promise<void>;
    /** Resolves when the states of the account's devices have been asked for, at most once in 5 s; rejects for a refusal. */
    askNow(account_id: string): Promise<void>;
  };
  readonly clock: Clock;
}

/** The old integrations wait for 10 s, and give up on their devices after that. */
const FIRST_LOOK_MS = 6000;
/** A look that has to wait for its turn, and the cloud's answer. */
const LOOK_AGAIN_MS = 8000;

/** Whether there is something to answer with: what is known of the devices, or that the cloud has been asked. */
export class FirstLook {
  readonly #parts: FirstLookParts;

  constructor(parts: FirstLookParts) {
    this.#parts = parts;
  }

  /**
   * Resolves at once where devices are known, from this run or an earlier one, or where the cloud said that there are
   * none.
   * @throws Refusal 401 where somebody has to sign in, 503 where the cloud has not told its devices yet
   */
  async seen(): Promise<void> {
    if (this.#isKnown()) return;
    this.#assertSignedIn();
    await this.#look();
    if (this.#isKnown()) return;
    this.#assertSignedIn();
    throw new Refusal(503, "The cloud has not told its devices yet: try again in a minute.");
  }

  /**
   * Has the cloud asked for the states now, and however often that is wanted, no more than once in 5 s. Resolves with its
   * answer in the picture, or after 8 s without; never rejects for what the cloud says.
   * @throws Refusal as seen()
   */
  async lookAgain(): Promise<void> {
    // The first look is one.
    if (!this.#isKnown()) return this.seen();
    const { poller, clock } = this.#parts;
    const limit = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#accounts().map(({ id }) => poller.askNow(id))),
      sleep(clock, LOOK_AGAIN_MS, limit.signal).catch(() => undefined),
    ]);
    limit.abort();
  }

  /** @throws Refusal 401 where a person has to act first */
  #assertSignedIn(): void {
    const accounts = this.#accounts();
    const [account] = accounts;
    if (account === undefined) throw new Refusal(401, "There is no account yet: add one on the gateway's page.");
    if (accounts.some(canAsk) || accounts.some(awaitsToken)) return;
    throw new Refusal(401, `${account.name} is not signed in: sign in on the gateway's page.`);
  }

  /** Waits for the first look, and before it for the token that an account is about to get. */
  async #look(): Promise<void> {
    const { poller, clock } = this.#parts;
    const limit = new AbortController();
    const looked = this.#token(limit.signal).then(() => poller.looked(FIRST_LOOK_MS));
    await Promise.race([looked, sleep(clock, FIRST_LOOK_MS, limit.signal).catch(() => undefined)]);
    limit.abort();
  }

  /** Resolves when the cloud can be asked, or when no account gets a token by itself. */
  #token(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const follow = (): void => {
      const accounts = this.#accounts();
      if (accounts.some(canAsk) || !accounts.some(awaitsToken)) resolve();
    };
    const unsubscribe = this.#parts.picture.subscribe(follow);
    signal.addEventListener("abort", unsubscribe, { once: true });
    follow();
    return promise;
  }

  #isKnown(): boolean {
    const { picture } = this.#parts;
    return picture.devices().length > 0 || this.#accounts().some(({ id }) => picture.gateway.clouds[id]?.devices_known);
  }

  #accounts(): AccountState[] {
    return this.#parts.picture.accounts().filter(({ has_devices }) => has_devices);
  }
}

/** There is no token yet, and nobody has to do anything for the first one: a refresh token was taken over. */
function awaitsToken({ status }: AccountState): boolean {
  return status === "due" || status === "refreshing" || status === "retrying";
}

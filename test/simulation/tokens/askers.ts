import type { AccessToken } from "../../../src/keeper/account.ts";

export interface AskersOptions {
  /** What the keeper said instead of an answer. */
  readonly onError: (error: unknown) => void;
  readonly onToken: (token: AccessToken) => void;
  /** A process that has died answers nobody any more, whatever its memory still does. */
  readonly isDead: () => boolean;
}

/** Who waits for an answer of the gateway that runs. When it dies, nobody is answered any more. */
export class Askers {
  readonly #options: AskersOptions;
  #byHand = 0;
  #readers = 0;
  #isOver = false;
  /** What somebody had asked for by hand was under way when the gateway died: its next call may take that up. */
  #takesUp: boolean;

  /** @param before who waited for the gateway before this one */
  constructor(options: AskersOptions, before: Askers | null) {
    this.#options = options;
    this.#takesUp = before !== null && (before.byHand > 0 || before.#takesUp);
  }

  /** How many wait for what they asked for by hand. */
  get byHand(): number {
    return this.#byHand;
  }

  /** How many wait for a token. */
  get readers(): number {
    return this.#readers;
  }

  /** The gateway makes a call: may it be one that was asked for by hand? */
  callsByHand(): boolean {
    const takesUp = this.#takesUp;
    this.#takesUp = false;
    return takesUp || this.#byHand > 0;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Somebody asks for something by hand. */
  ask(asked: Promise<unknown>): void {
    this.#byHand++;
    const answered = (): void => {
      if (!this.#hasEnded) this.#byHand--;
    };
    void this.#settled(asked).then(answered);
  }

  read(asked: Promise<AccessToken>): void {
    this.#readers++;
    void this.#settled(asked).then((token) => {
      if (this.#hasEnded) return undefined;
      this.#readers--;
      if (token !== undefined) this.#options.onToken(token);
      return undefined;
    });
  }

  /** Somebody does what is answered at once. */
  attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  get #hasEnded(): boolean {
    return this.#isOver || this.#options.isDead();
  }

  /** What was answered; nothing where the keeper said no. */
  async #settled<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }
}

import type { AccessToken } from "../../../src/keeper/account.ts";

export interface AskersOptions {
  /** What the keeper said instead of an answer. */
  readonly onError: (error: unknown) => void;
  readonly onToken: (token: AccessToken) => void;
}

/** Who waits for an answer of the gateway that runs. When it dies, nobody is answered any more. */
export class Askers {
  readonly #options: AskersOptions;
  #byHand = 0;
  #readers = 0;
  #isOver = false;

  constructor(options: AskersOptions) {
    this.#options = options;
  }

  /** How many wait for what they asked for by hand. */
  get byHand(): number {
    return this.#byHand;
  }

  /** How many wait for a token. */
  get readers(): number {
    return this.#readers;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Somebody asks for something by hand. */
  ask(asked: Promise<unknown>): void {
    this.#byHand++;
    void this.#settled(asked).then(() => {
      if (!this.#isOver) this.#byHand--;
      return undefined;
    });
  }

  read(asked: Promise<AccessToken>): void {
    this.#readers++;
    void this.#settled(asked).then((token) => {
      if (this.#isOver) return undefined;
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

import type { LivePicture } from "../../state/live-picture.ts";
import { AnswerText } from "../encoding/answer-text.ts";
import { accountsIn, snapshotIn } from "./reduced-picture.ts";
import type { View } from "./reduced-picture.ts";
import { withSaid } from "../../said/with-said.ts";

type Reading = "state" | "accounts" | "devices" | "commands";

/** The picture as JSON text: each reading is made once per change, however many ask for it. */
export class PictureJson {
  readonly #picture: LivePicture;
  readonly #made = new Map<string, AnswerText>();
  readonly #unsubscribe: () => void;

  constructor(picture: LivePicture) {
    this.#picture = picture;
    this.#unsubscribe = picture.subscribe(() => this.#made.clear());
  }

  close(): void {
    this.#unsubscribe();
  }

  read(reading: Reading, view: View = "whole"): AnswerText {
    const key = `${reading} ${view}`;
    const made = this.#made.get(key);
    if (made) return made;
    const fresh = new AnswerText(
      JSON.stringify(withSaid(this.#content(reading, view))),
      this.#holdsCode(reading, view),
    );
    this.#made.set(key, fresh);
    return fresh;
  }

  /** Does it have the code that ends a sign-in on another device? */
  #holdsCode(reading: Reading, view: View): boolean {
    const hasAccounts = reading === "state" || reading === "accounts";
    return hasAccounts && view === "whole" && this.#picture.accounts().some(({ device_code }) => device_code !== null);
  }

  #content(reading: Reading, view: View): unknown {
    switch (reading) {
      case "state":
        return snapshotIn(view, this.#picture.snapshot());
      case "accounts":
        return { accounts: accountsIn(view, this.#picture.accounts()) };
      case "devices":
        return { devices: this.#picture.devices() };
      case "commands":
        return { commands: this.#picture.commands() };
    }
  }
}

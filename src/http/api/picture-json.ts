import type { LivePicture } from "../../state/live-picture.ts";
import { accountsIn, snapshotIn } from "./reduced-picture.ts";
import type { View } from "./reduced-picture.ts";

type Reading = "state" | "accounts" | "devices" | "commands";

/** The picture as JSON text: each reading is made once per change, however many ask for it. */
export class PictureJson {
  readonly #picture: LivePicture;
  readonly #made = new Map<string, Buffer>();
  readonly #unsubscribe: () => void;

  constructor(picture: LivePicture) {
    this.#picture = picture;
    this.#unsubscribe = picture.subscribe(() => this.#made.clear());
  }

  close(): void {
    this.#unsubscribe();
  }

  read(reading: Reading, view: View = "whole"): Buffer {
    const key = `${reading} ${view}`;
    const made = this.#made.get(key);
    if (made) return made;
    const fresh = Buffer.from(JSON.stringify(this.#content(reading, view)));
    this.#made.set(key, fresh);
    return fresh;
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

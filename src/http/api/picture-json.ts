import type { LivePicture } from "../../state/live-picture.ts";

type Reading = "state" | "accounts" | "devices" | "commands";

/** The picture as JSON text: each reading is made once per change, however many ask for it. */
export class PictureJson {
  readonly #picture: LivePicture;
  readonly #made = new Map<Reading, Buffer>();
  readonly #unsubscribe: () => void;

  constructor(picture: LivePicture) {
    this.#picture = picture;
    this.#unsubscribe = picture.subscribe(() => this.#made.clear());
  }

  close(): void {
    this.#unsubscribe();
  }

  read(reading: Reading): Buffer {
    const made = this.#made.get(reading);
    if (made) return made;
    const fresh = Buffer.from(JSON.stringify(this.#content(reading)));
    this.#made.set(reading, fresh);
    return fresh;
  }

  #content(reading: Reading): unknown {
    switch (reading) {
      case "state":
        return this.#picture.snapshot();
      case "accounts":
        return { accounts: this.#picture.accounts() };
      case "devices":
        return { devices: this.#picture.devices() };
      case "commands":
        return { commands: this.#picture.commands() };
    }
  }
}

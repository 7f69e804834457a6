import type { LivePicture } from "../../state/live-picture.ts";
import type { Access } from "../access/rights.ts";
import { reducedAccounts, reducedSnapshot } from "./reduced-picture.ts";

type Reading = "state" | "accounts" | "devices" | "commands";
/** `reduced`: without what happened. */
export const VIEWS = ["whole", "reduced"] as const;
type View = (typeof VIEWS)[number];

export function viewOf({ rights }: Access): View {
  return rights.includes("read_activity") ? "whole" : "reduced";
}

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
    const reduced = view === "reduced";
    switch (reading) {
      case "state": {
        const snapshot = this.#picture.snapshot();
        return reduced ? reducedSnapshot(snapshot) : snapshot;
      }
      case "accounts": {
        const accounts = this.#picture.accounts();
        return { accounts: reduced ? reducedAccounts(accounts) : accounts };
      }
      case "devices":
        return { devices: this.#picture.devices() };
      case "commands":
        return { commands: this.#picture.commands() };
    }
  }
}

import type { ActivityEntry } from "../../../src/activity/entry.ts";
import type { CommandArguments, Snapshot } from "../../../src/state/picture.ts";
import type { SetUpStep } from "../../../src/state/set-up.ts";

export interface Answer {
  readonly status: number;
  readonly body?: object;
  /** Instead of a body: what is no JSON. */
  readonly text?: string;
}

export type Body = Readonly<Record<string, string>> & {
  readonly args?: CommandArguments;
  readonly steps?: readonly SetUpStep[];
};

/** A request of the page, and what the gateway knows. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: Body;
  readonly picture: Snapshot;
  readonly activity: readonly ActivityEntry[];
}

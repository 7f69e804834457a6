import type { Clock } from "../clock.ts";
import { isObject, nonEmptyString } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Core } from "./connection/core.ts";

/** A person whose rights were revoked must not act much longer; but not each click may ask core. */
const REMEMBERED_MS = 60_000;

/** Who may act behind ingress: core knows its administrators, and is asked over the link. */
export class Administrators {
  readonly #core: Pick<Core, "call">;
  readonly #clock: Clock;
  #answer: Promise<ReadonlySet<string>> | undefined;
  #askedAt = 0;

  constructor(core: Pick<Core, "call">, clock: Clock) {
    this.#core = core;
    this.#clock = clock;
  }

  /** @returns null when core cannot be asked: the link is down, or its token may not ask. Never rejects. */
  async isAdministrator(user_id: string): Promise<boolean | null> {
    const now = this.#clock.monotonic();
    if (!this.#answer || now - this.#askedAt >= REMEMBERED_MS) {
      this.#askedAt = now;
      this.#answer = this.#ask();
    }
    const answer = this.#answer;
    try {
      return (await answer).has(user_id);
    } catch {
      if (this.#answer === answer) this.#answer = undefined;
      return null;
    }
  }

  async #ask(): Promise<ReadonlySet<string>> {
    const users = await this.#core.call({ type: "config/auth/list" });
    if (!Array.isArray(users)) throw new TypeError("config/auth/list answered no list");
    return new Set(users.filter(isAdministrator).map((user) => nonEmptyString(user["id"]) ?? ""));
  }
}

/** As core itself decides: the owner always, others when they are active and in the administrators' group. */
function isAdministrator(user: unknown): user is JsonObject {
  if (!isObject(user)) return false;
  const groups = user["group_ids"];
  return (
    user["is_owner"] === true ||
    (user["is_active"] === true && Array.isArray(groups) && groups.includes("system-admin"))
  );
}

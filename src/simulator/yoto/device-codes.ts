import type { Clock } from "../../clock.ts";
import type { Random } from "../../random.ts";
import type { YotoSettings } from "./yoto-settings.ts";

/** Why a poll gets no token, in the words of RFC 8628, section 3.5. */
export class PollRefusal extends Error {
  override readonly name = "PollRefusal";
  readonly error: "authorization_pending" | "slow_down" | "access_denied" | "expired_token" | "invalid_grant";

  constructor(error: PollRefusal["error"]) {
    super(error);
    this.error = error;
  }
}

/** What the person says on the page where the code is entered. */
export type Decision = "allow" | "deny";

export interface DeviceCodeView {
  readonly device_code: string;
  readonly user_code: string;
  readonly client_id: string;
  readonly scope: string;
  readonly expires_at: number;
}

interface DeviceCode extends DeviceCodeView {
  polled_at: number;
  interval_ms: number;
  user_id: string | null;
  denied: boolean;
}

export interface DeviceCodesParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: () => YotoSettings;
}

/** No vowels, so that no words come about, and nothing that looks like something else. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

/** The codes that are to be entered on another device. Each brings one token. */
export class DeviceCodes {
  readonly #parts: DeviceCodesParts;
  readonly #codes = new Map<string, DeviceCode>();

  constructor(parts: DeviceCodesParts) {
    this.#parts = parts;
  }

  begin(client_id: string, scope: string): DeviceCodeView {
    const { clock, random } = this.#parts;
    const { device_code_life_s, interval_s } = this.#parts.settings();
    const letters = [...random.bytes(8)].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join("");
    const code: DeviceCode = {
      device_code: random.bytes(24).toString("base64url"),
      user_code: `${letters.slice(0, 4)}-${letters.slice(4)}`,
      client_id,
      scope,
      expires_at: clock.now() + device_code_life_s * 1000,
      polled_at: clock.now(),
      interval_ms: interval_s * 1000,
      user_id: null,
      denied: false,
    };
    this.#codes.set(code.device_code, code);
    return code;
  }

  /** False where no such code is to be entered: people write it in any case, with or without the dash. */
  decide(user_code: string, decision: Decision, user_id: string): boolean {
    const code = [...this.#codes.values()].find((one) => bare(one.user_code) === bare(user_code));
    if (code === undefined || code.expires_at <= this.#parts.clock.now()) return false;
    code.denied = decision === "deny";
    code.user_id = decision === "allow" ? user_id : null;
    return true;
  }

  /**
   * Who has allowed it. The code is used up.
   * @throws PollRefusal
   */
  redeem(device_code: string, client_id: string): { readonly user_id: string; readonly scope: string } {
    const now = this.#parts.clock.now();
    const code = this.#codes.get(device_code);
    if (code === undefined || code.client_id !== client_id) throw new PollRefusal("invalid_grant");
    if (code.expires_at <= now) throw new PollRefusal("expired_token");
    if (code.denied) throw new PollRefusal("access_denied");
    const isTooSoon = now - code.polled_at < code.interval_ms - EARLY_MS;
    code.polled_at = now;
    if (isTooSoon) {
      code.interval_ms += SLOW_DOWN_MS;
      throw new PollRefusal("slow_down");
    }
    if (code.user_id === null) throw new PollRefusal("authorization_pending");
    this.#codes.delete(device_code);
    return { user_id: code.user_id, scope: code.scope };
  }

  /** Those that can still be entered, oldest first. */
  views(): DeviceCodeView[] {
    const now = this.#parts.clock.now();
    return [...this.#codes.values()].filter(({ expires_at }) => expires_at > now);
  }
}

/** RFC 8628: who is told to slow down adds so much. */
const SLOW_DOWN_MS = 5000;
/** What a network takes from a pause is nobody's fault. */
const EARLY_MS = 500;

function bare(user_code: string): string {
  return user_code.toUpperCase().replaceAll(/[^A-Z]/g, "");
}

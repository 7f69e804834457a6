import type { Call, Reply } from "../call.ts";
import { operationsHttp } from "../control/operations-http.ts";
import { faultShape } from "../faults/fault.ts";
import type { GrantFilter } from "../oauth/grants.ts";
import { flag, oneOf, read, text } from "../settings/rules.ts";
import type { Shape } from "../settings/rules.ts";
import type { Decision } from "./device-codes.ts";
import type { YotoControl } from "./yoto-control.ts";
import { YOTO_SETTINGS_SHAPE } from "./yoto-settings.ts";
import type { YotoSettings } from "./yoto-settings.ts";

interface Entry {
  readonly user_code: string;
  readonly decision?: Decision;
}

const FAULT_SHAPE = faultShape("authorise", "device", "token", "action");
const FILTER_SHAPE: Shape<GrantFilter> = { grant_id: text, client_id: text, user_id: text };
const ENTRY_SHAPE: Shape<Entry> = { user_code: text, decision: oneOf("allow", "deny") };
const RESET_SHAPE: Shape<{ readonly grants?: boolean }> = { grants: flag };

/**
 * The control as HTTP: `GET /control/{method}` reads, `POST /control/{method}` with a JSON body changes; the answer is
 * what the method returns, null for nothing.
 */
export function yotoControlHttp(control: YotoControl): (call: Call) => Reply {
  return operationsHttp(
    {
      counters: () => control.counters(),
      calls: () => control.calls(),
      grants: () => control.grants(),
      codes: () => control.codes(),
      settings: () => control.settings(),
      faults: () => control.faults(),
    },
    {
      set: (input) => control.set(read<Partial<YotoSettings>>(YOTO_SETTINGS_SHAPE, input)),
      fault: (input) => control.fault(read(FAULT_SHAPE, input, ["where", "kind"])),
      clearFaults: () => control.clearFaults(),
      enter: (input) => {
        const { user_code, decision } = read<Entry>(ENTRY_SHAPE, input, ["user_code"]);
        control.enter(user_code, decision);
      },
      revoke: (input) => control.revoke(read(FILTER_SHAPE, input)),
      expire: (input) => control.expire(read(FILTER_SHAPE, input)),
      reset: (input) => control.reset(read(RESET_SHAPE, input)),
    },
  );
}

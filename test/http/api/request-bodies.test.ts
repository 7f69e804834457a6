import { describe, expect, test } from "vitest";
import { ALL_FIELDS } from "../../../src/keeper/providers/provider-description.ts";
import { paths } from "../../../src/http/openapi/paths.ts";
import { aDevice, anAccount } from "../../state/models.ts";
import { Contract } from "./contract.ts";
import { aStage } from "../stage.ts";
import type { Stage } from "../stage.ts";

type Body = Readonly<Record<string, unknown>>;

/** For each address that takes a body some with every field. */
const WHOLE: Readonly<Record<string, readonly Body[]>> = {
  "/api/accounts": [
    { name: "n", client_id: "c", client_secret: "secret of n", redirect_uri: "r" },
    { name: "n", provider: "login", ...Object.fromEntries(ALL_FIELDS.map((field) => [field, `the ${field}`])) },
  ],
  "/api/accounts/update": [
    {
      account_id: "home",
      name: "n",
      ...Object.fromEntries(ALL_FIELDS.map((field) => [field, `the ${field}`])),
      automatic_refresh: true,
      refresh_buffer_ms: 60_000,
      refresh_buffer_share: null,
      idle_interval_ms: 3_600_000,
    },
  ],
  "/api/accounts/authorise": [{ account_id: "home" }],
  "/api/accounts/device-code": [{ account_id: "home" }],
  "/api/accounts/exchange": [{ account_id: "home", callback_url: "https://r?code=1" }],
  "/api/accounts/refresh": [{ account_id: "home" }],
  "/api/accounts/sign-out": [{ account_id: "home" }],
  "/api/accounts/keep": [{ account_id: "home" }],
  "/api/accounts/remove": [{ account_id: "home" }],
  "/api/devices/discover": [{}],
  "/api/devices/arrange": [{ device_id: "door", name: "n", place: 1 }],
  "/api/devices/remove": [{ device_id: "door" }],
  "/api/home-assistant/connect": [{ steps: ["add", "link"] }],
  "/api/home-assistant/restart": [{}],
  "/api/import": [{ file: "{}", confirm: true }, {}],
  "/api/integration/install": [{}],
  "/logout": [{}],
  "/api/token/refresh": [{}],
  "/api/broker/clients": [
    {
      name: "n",
      accounts: ["home"],
      methods: ["GET"],
      path_prefixes: ["/v3"],
      requests_per_minute: 60,
      may_read_token: true,
    },
  ],
  "/api/broker/clients/revoke": [{ client_id: "gone" }],
  "/api/commands": [
    { device_id: "door", name: "lock", args: {}, id: "mine", deadline_at: 4_000_000_000_000 },
    { device_id: "door", name: "set_mode", args: { mode: "passage" } },
    { device_id: "lamp", name: "set_level", args: { level: 40 } },
    { device_id: "lamp", name: "set_color", args: { color: { r: 1, g: 2, b: 255 } } },
    { device_id: "lamp", name: "set_color_temperature", args: { color_temperature: 4000 } },
  ],
};
const VALUES = [7, -1, 1.5, 1e9, "text", "", true, null, [], {}, undefined];
/** What a schema can't say: what there is (and that there is one already), what a device can, which argument a command needs, and a lamp's own range. */
const BEYOND =
  /"(device_not_found|account_not_found|import_unreadable|import_not_found|command_unsupported)"|"\w+\\" is missing: it must be .*"field":"args\.|"field":"args\.color_temperature"|There is (no such|a) client/;
const contract = new Contract();

test("every address that takes a body is tried here", () => {
  const acting = Object.entries(paths).flatMap(([path, { post }]) => (post ? [path] : []));
  expect(Object.keys(WHOLE).toSorted()).toEqual(acting.toSorted());
});

describe.each(Object.keys(WHOLE))("POST %s takes what the document allows, and nothing else", (path) => {
  test("a whole body, and each field left out or of another type", async () => {
    const stage = await aStage();
    for (const whole of WHOLE[path] ?? []) {
      expect([whole, await verdict(stage, path, whole)]).toEqual([whole, "taken, as documented"]);
      for (const body of variants(whole)) {
        expect([body, await verdict(stage, path, body)]).toEqual([body, expect.stringMatching(/as documented$/)]);
      }
    }
  });

  test("no body, and what is no object", async () => {
    const stage = await aStage();
    for (const body of [undefined, "null", "[]", "7", '"text"', "true", "{"]) {
      expect([body, await verdict(stage, path, body)]).toEqual([body, expect.stringMatching(/as documented$/)]);
    }
  });
});

async function verdict(stage: Stage, path: string, body: Body | string | undefined): Promise<string> {
  furnish(stage);
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  const headers = { "content-type": "application/json" };
  const asked = text === undefined ? { headers } : { body: text };
  const answer = await stage.ask(path, { method: "POST", ...asked });
  const allowed = contract.allows(path, text);
  const taken = answer.status < 400 || (allowed && BEYOND.test(answer.text));
  return `${taken ? "taken" : "refused"}, ${taken === allowed ? "as documented" : `against the document: ${answer.text}`}`;
}

/** Each try finds the same account and devices, whatever the one before it did. */
function furnish({ picture }: Stage): void {
  const lamp = aDevice({
    id: "lamp",
    kind: "light",
    capabilities: ["st.switch", "st.switchLevel", "st.color", "st.colorTemperature"],
  });
  picture.update({ accounts: [anAccount()], devices: [aDevice(), lamp] });
}

/** One field at a time: left out, of every other type, and one that nobody knows; in objects within it too. */
function* variants(whole: Body): Generator<Body> {
  for (const [name, value] of Object.entries(whole)) {
    for (const other of VALUES) yield { ...whole, [name]: other };
    if (typeof value !== "object" || value === null) continue;
    for (const within of variants(value as Body)) yield { ...whole, [name]: within };
  }
  yield { ...whole, unknown: 1 };
}

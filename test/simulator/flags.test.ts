import { expect, test } from "vitest";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { readFlags } from "../../src/simulator/flags.ts";

test("without a flag it is the demo", () => {
  expect(readFlags([], { UTEC_SIMULATOR_PORT: "" })).toEqual({
    clients: [DEMO.client],
    devices: [DEMO.devices[0], { ...DEMO.devices[1], behaviour: { auto_lock_ms: 0 } }],
    settings: {},
  });
});

test("each flag has its variable, and the flag wins", () => {
  const flags = ["--port", "8101", "--redirect-uri", "https://one.test/", "--redirect-uri", "https://two.test/"];
  const environment = {
    UTEC_SIMULATOR_HOST: "::1",
    UTEC_SIMULATOR_PORT: "8100",
    UTEC_SIMULATOR_GRANTS_FILE: "grants.json",
    UTEC_SIMULATOR_CLIENT_ID: "mine",
    UTEC_SIMULATOR_CLIENT_SECRET: "hush",
    UTEC_SIMULATOR_REDIRECT_URI: "https://three.test/",
    UTEC_SIMULATOR_ACCESS_TOKEN_LIFE_S: "120",
    UTEC_SIMULATOR_SETTLE_MS: "7",
  };
  expect(readFlags(flags, environment)).toMatchObject({
    host: "::1",
    port: 8101,
    grantsFile: "grants.json",
    clients: [{ client_id: "mine", client_secret: "hush", redirect_uris: ["https://one.test/", "https://two.test/"] }],
    settings: { access_token_life_s: 120, settle_ms: 7 },
  });
});

test("many homes stand in place of the demo's", () => {
  const { users, devices, clients } = readFlags(["--locks", "5", "--users", "2", "--client-id", "c"], {});
  expect(users).toHaveLength(2);
  expect(clients?.map(({ client_id }) => client_id)).toEqual(["c", "c-2"]);
  expect(devices).toHaveLength(5);
  expect(readFlags(["--locks", "0"], {})).toMatchObject({ users: [DEMO.user], devices: [] });
});

test("several redirect URIs stand in one variable", () => {
  const [client] = readFlags([], { UTEC_SIMULATOR_REDIRECT_URI: "https://a.test/ https://b.test/" }).clients ?? [];
  expect(client?.redirect_uris).toEqual(["https://a.test/", "https://b.test/"]);
});

test("any setting of the cloud can be set: texts bare, everything else as JSON", () => {
  const flags = ["--setting", "casing=wild", "--setting", 'token_answer={"scope":"a=b"}', "--setting", "outage=true"];
  expect(readFlags(flags, {}).settings).toEqual({ casing: "wild", token_answer: { scope: "a=b" }, outage: true });
});

test("only the Latch locks itself", () => {
  expect(readFlags(["--auto-lock-ms", "30000"], {}).devices).toEqual([
    DEMO.devices[0],
    { ...DEMO.devices[1], behaviour: { auto_lock_ms: 30_000 } },
  ]);
});

test.for([
  [["--port", "many"], "--port must be a number from 0, not many."],
  [["--settle-ms=-1"], "--settle-ms must be a number from 0, not -1."],
  [["--colour"], "--colour"],
  [["--setting", "casing=odd"], "casing must be one of canonical, documented, wild."],
  [["--setting", "mood=good"], "mood is unknown here"],
] as const)("%j is refused in one sentence", ([flags, sentence]) => {
  expect(() => readFlags(flags, {})).toThrow(sentence);
});

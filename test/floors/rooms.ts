/** The floors of the house, ground first. Rooms on one floor do not know each other. */
export const FLOORS: readonly (readonly string[])[] = [
  [
    "log",
    "log-sink",
    "backoff",
    "clock",
    "random",
    "incoming",
    "json",
    "loopback",
    "outgoing",
    "pasted",
    "problem",
    "said",
    "side-database",
  ],
  ["keeper"],
  ["settings"],
  ["arrangement", "state", "jobs", "integration", "import"],
  ["utec", "activity", "broker", "report"],
  ["history"],
  ["http", "home-assistant", "uteclocal"],
  ["gateway"],
  ["main"],
];

/** Stands beside the house: nobody in it knows the simulated cloud, which knows no more than this of it. */
export const SIMULATOR = "simulator";
export const SIMULATOR_MAY_USE: ReadonlySet<string> = new Set([
  "log",
  "log-sink",
  "clock",
  "random",
  "json",
  "problem",
]);

/**
 * The floors within a room, ground first: sub-rooms, and files that lie in the room itself. What lies in the room and is
 * not named stands above all of them.
 */
export const SUB_ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  keeper: [
    ["account-state", "account", "providers"],
    ["answers"],
    ["token-calls", "vault/disk"],
    ["vault/tables", "clients", "imports"],
    ["vault"],
    ["schedule", "login-search"],
    ["endpoints"],
    ["grant"],
    ["accounts"],
    ["sign-in", "tokens"],
  ],
  settings: [
    ["setting"],
    ["setting-source"],
    ["setting-fields"],
    ["refresh-settings", "gateway-settings"],
    ["accounts"],
  ],
  said: [["phrases"]],
  utec: [["reading"], ["cloud"], ["fleet"], ["polling"], ["commands"]],
  integration: [["domain", "integration-state"], ["disk"]],
  http: [
    ["access", "encoding"],
    ["api"],
    ["page/words"],
    ["live", "status", "page", "import", "activity", "history"],
    ["programs", "report"],
    ["openapi"],
  ],
  broker: [["refusal", "cloud-answer", "broker-state"], ["fence"], ["upstream", "admission"]],
  uteclocal: [
    ["requests", "answers"],
    ["configuration", "first-look", "lock-requests", "log-text", "way-to-page"],
    ["account-requests"],
    ["routes"],
  ],
  "home-assistant": [["messages"], ["connection", "commands"], ["set-up"]],
  simulator: [
    ["call", "action-refusal", "settings"],
    ["envelope", "faults"],
    ["call-counters"],
    ["oauth"],
    ["devices", "notifications"],
    ["control"],
    ["endpoint-router"],
    ["cloud-server"],
    ["yoto", "logins"],
  ],
};

/** What the page knows of the gateway. What of it runs in the browser must run there: no package, nothing of Node. */
export const PAGE_KNOWS: readonly string[] = [
  "src/activity/entry.ts",
  "src/activity/event-filter.ts",
  "src/activity/event-log.ts",
  "src/activity/event.ts",
  "src/arrangement/given-name.ts",
  "src/backoff.ts",
  "src/broker/broker-state.ts",
  "src/history/history-models.ts",
  "src/history/token-marks.ts",
  "src/http/access/rights.ts",
  "src/http/api/session.ts",
  "src/import/import-state.ts",
  "src/integration/integration-state.ts",
  "src/keeper/account-state.ts",
  "src/keeper/account.ts",
  "src/keeper/answers/token-text.ts",
  "src/keeper/clients/client.ts",
  "src/keeper/providers/grants.ts",
  "src/keeper/providers/provider-description.ts",
  "src/keeper/providers/provider-fields.ts",
  "src/keeper/providers/utec.ts",
  "src/keeper/schedule/refresh-limits.ts",
  "src/keeper/sign-in/redirect-sentence.ts",
  "src/keeper/sign-in/redirect.ts",
  "src/log.ts",
  "src/pasted.ts",
  "src/problem.ts",
  "src/said/said.ts",
  "src/report/report-file.ts",
  "src/report/report.ts",
  "src/state/device-commands.ts",
  "src/state/device-values.ts",
  "src/state/picture.ts",
  "src/state/report-ages.ts",
  "src/state/set-up.ts",
];
/** The server that plays the gateway for the page while it is built sends the same headers and pages. */
export const PAGE_SERVER_KNOWS: readonly string[] = [
  "src/activity/csv.ts",
  "src/activity/fold.ts",
  "src/http/access/security-headers.ts",
  "src/http/api/reduced-picture.ts",
  "src/http/page/sign-in-failed.ts",
  "src/said/with-said.ts",
];

/**
 * What the commands in `scripts` share with the tests: the simulated worlds, and what stands in for Home Assistant and, for
 * the page, for the gateway.
 */
export const SCRIPTS_KNOW: readonly string[] = [
  "test/clock.ts",
  "test/home-assistant-link/fake-home-assistant.ts",
  "test/remove-folder.ts",
  "test/simulation/",
  "test/state/models.ts",
  "test/utec/shapes/fuzz.ts",
  "ui/mock/",
];

export const LONGEST_FILE = 300;
export const MOST_FILES = 12;

/** The floors of the house, ground first. Rooms on one floor do not know each other. */
export const FLOORS: readonly (readonly string[])[] = [
  ["log", "log-sink", "clock", "random", "json", "loopback", "outgoing", "pasted", "problem", "database"],
  ["settings", "keeper"],
  ["state", "jobs"],
  ["utec", "activity"],
  ["http", "home-assistant"],
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
    ["account", "providers"],
    ["answers"],
    ["token-calls", "vault/disk"],
    ["vault/tables"],
    ["vault"],
    ["schedule"],
    ["grant"],
    ["accounts"],
    ["sign-in", "tokens"],
  ],
  utec: [["reading"], ["cloud"], ["fleet"], ["polling"], ["commands"]],
  http: [["access"], ["api"], ["live", "status", "page"], ["openapi"]],
  "home-assistant": [["messages"], ["connection"], ["set-up"]],
  simulator: [
    ["call", "action-refusal", "settings"],
    ["envelope", "faults"],
    ["call-counters"],
    ["oauth"],
    ["devices", "notifications"],
    ["control"],
  ],
};

/** What the page knows of the gateway. What of it runs in the browser must run there: no package, nothing of Node. */
export const PAGE_KNOWS: readonly string[] = [
  "src/activity/entry.ts",
  "src/http/api/session.ts",
  "src/keeper/account.ts",
  "src/keeper/providers/utec.ts",
  "src/keeper/sign-in/redirect-sentence.ts",
  "src/keeper/sign-in/redirect.ts",
  "src/log.ts",
  "src/pasted.ts",
  "src/problem.ts",
  "src/state/picture.ts",
];
/** The server that plays the gateway for the page while it is built sends the same headers and pages. */
export const PAGE_SERVER_KNOWS: readonly string[] = [
  "src/http/access/security-headers.ts",
  "src/http/page/sign-in-failed.ts",
];

/** What the commands in `scripts` share with the tests: the simulated worlds, and what stands in for Home Assistant. */
export const SCRIPTS_KNOW: readonly string[] = [
  "test/home-assistant-link/fake-home-assistant.ts",
  "test/remove-folder.ts",
  "test/simulation/",
  "test/state/models.ts",
  "test/utec/shapes/fuzz.ts",
];

export const LONGEST_FILE = 300;
export const MOST_FILES = 12;
/** Too long still. A file that has become short enough, or is gone, must leave the list, so that it ends empty. */
export const STILL_TOO_LONG: readonly string[] = [
  "src/keeper/accounts/live-accounts.ts",
  "src/keeper/grant/grant.ts",
  "src/keeper/keeper.ts",
  "test/home-assistant-link/publisher.test.ts",
  "test/keeper/answers/token-response.test.ts",
  "test/keeper/grant/failure.test.ts",
  "test/keeper/grant/grant.test.ts",
  "test/keeper/grant/second-witness.test.ts",
  "test/keeper/keeper.test.ts",
  "test/keeper/other-clouds.test.ts",
  "test/keeper/vault/vault.test.ts",
  "test/simulation/tokens/world.ts",
  "test/utec/commands/commands.test.ts",
  "test/utec/fleet/devices.test.ts",
  "test/utec/fleet/restart.test.ts",
  "test/utec/polling/poller.test.ts",
  "test/utec/shapes/quirks.test.ts",
];

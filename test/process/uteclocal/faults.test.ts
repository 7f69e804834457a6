import { describe, expect, test } from "vitest";
import { FRONT, aLivedInStreet, boltIn, expectNoSecrets } from "./stage.ts";
import type { Street } from "./stage.ts";

/** What each generation's integration and page ask; what moves the door and what renews the token are in the table. */
const GENERATIONS = {
  A: {
    reads: [
      ["GET", "/api/devices"],
      ["GET", "/devices"],
      ["POST", "/api/status"],
      ["GET", `/api/status?id=${encodeURIComponent(FRONT)}`],
      ["GET", "/api/status/latest"],
      ["POST", "/api/status/refresh"],
      ["GET", "/health"],
      ["GET", "/logs"],
    ],
    command: "/unlock",
    leaves: "Unlocked",
  },
  B: {
    reads: [
      ["GET", "/api/devices"],
      ["POST", "/api/status"],
      ["GET", "/api/status/latest"],
      ["GET", "/health"],
      ["GET", "/api/config"],
      ["GET", "/api/test"],
      ["GET", "/api/oauth/authorize-url"],
    ],
    command: "/api/lock",
    leaves: "Locked",
  },
  C: {
    reads: [
      ["GET", "/api/devices"],
      ["POST", "/api/status"],
      ["GET", "/health"],
      ["GET", "/api/config"],
      ["GET", "/api/oauth/authorize-url"],
    ],
    command: "/api/unlock",
    leaves: "Unlocked",
  },
} as const;

type Generation = keyof typeof GENERATIONS;
const NAMES = ["A", "B", "C"] as const;

interface Row {
  readonly fault: string;
  /** Brings the fault about, before each generation's turn. */
  readonly occurs: (street: Street) => void | Promise<void>;
  readonly command: number;
  /** B's and C's, after the command. */
  readonly refresh: number;
  /** What is in the sentence of a command that is not done. */
  readonly sentence?: RegExp;
  /** How many commands reach the cloud of each one that is asked for. */
  readonly sent: 0 | 1;
  /** Whether the door moves. */
  readonly moves: boolean;
  /** The gateway renews a token once in a while: each generation meets the fault at a gateway of its own. */
  readonly apart?: true;
}

const ROWS: readonly Row[] = [
  { fault: "nothing", occurs: () => {}, command: 200, refresh: 200, sent: 1, moves: true },
  {
    fault: "the cloud is down",
    occurs: ({ cloud }) => cloud.close(),
    command: 502,
    refresh: 500,
    sentence: /No connection|not reach|does not answer|can't be reached/i,
    sent: 0,
    moves: false,
  },
  {
    fault: "the token is dead, said at HTTP 200",
    apart: true,
    occurs: ({ cloud }) => void cloud.control.expire(),
    command: 200,
    refresh: 200,
    sent: 1,
    moves: true,
  },
  {
    fault: "the token is dead, said with 401",
    apart: true,
    occurs: ({ cloud }) => {
      cloud.control.set({ invalid_token_status: 401 });
      cloud.control.expire();
    },
    command: 200,
    refresh: 200,
    sent: 1,
    moves: true,
  },
  {
    fault: "the sign-in is over",
    occurs: async ({ cloud, gateway }) => {
      cloud.control.revoke();
      const { id } = await gateway().account();
      await gateway().post("api/accounts/sign-out", { account_id: id });
    },
    command: 401,
    refresh: 500,
    sentence: /[Ss]ign/,
    sent: 0,
    moves: false,
  },
  {
    fault: "answers of the token endpoint are wrapped, with the refresh token left out",
    apart: true,
    occurs: ({ cloud }) => {
      cloud.control.set({ token_shape: "wrapped", refresh_token: "omit" });
      cloud.control.expire();
    },
    command: 200,
    refresh: 200,
    sent: 1,
    moves: true,
  },
  {
    fault: "the device is offline",
    occurs: ({ cloud }) => void cloud.control.change({ device_id: FRONT, states: { online: false } }),
    command: 409,
    refresh: 200,
    sentence: /offline/,
    sent: 1,
    moves: false,
  },
  {
    fault: "the lock is in passage mode",
    occurs: async ({ cloud, post }) => {
      cloud.control.change({ device_id: FRONT, states: { lock_mode: 1 } });
      await post("/api/status/refresh");
    },
    command: 409,
    refresh: 200,
    sentence: /passage mode/,
    sent: 0,
    moves: false,
  },
  {
    fault: "the cloud answers with an error page, and whether it did it is not known",
    apart: true,
    occurs: ({ cloud }) => void cloud.control.fault({ where: "action", kind: "html_502", times: null }),
    command: 504,
    refresh: 200,
    sentence: /look at the door/,
    sent: 1,
    moves: false,
  },
];

const TURNS = ROWS.flatMap((row) =>
  (row.apart ? NAMES.map((name) => [name]) : [NAMES]).map((names) => [names, row] as const),
);

describe("each generation's requests", () => {
  test.for(TURNS.map(([names, row]) => [names.join(", "), row.fault, names, row] as const))(
    "%s: %s",
    async ([, , names, row], { onTestFinished }) => {
      const street = await aLivedInStreet(onTestFinished);
      const door = { bolt: "Locked" };
      for (const name of names) {
        const before = counted(street);
        await row.occurs(street);
        await reads(street, name, door.bolt);
        await commands(street, name, row);
        if (row.moves) door.bolt = GENERATIONS[name].leaves;
        expect([undefined, door.bolt]).toContain(boltIn(await street.post("/api/status", { id: FRONT })));
        const [executed, sent] = counted(street);
        expect([name, executed - before[0], sent - before[1]]).toEqual([name, row.moves ? 1 : 0, row.sent]);
      }
      if (!names.includes("C")) return;
      const { status, text } = await street.post("/api/oauth/refresh");
      expect([status, text]).toEqual([
        row.refresh,
        expect.stringMatching(/refreshed successfully|Token refresh failed/),
      ]);
      expectNoSecrets(street);
    },
  );
});

/** How many commands were carried out, and how many reached the cloud with a token that it knows. */
function counted({ cloud }: Street): readonly [number, number] {
  const calls = cloud.control.calls().filter(({ name }) => name === "Uhome.Device/Command");
  const sent = calls.filter(({ outcome }) => outcome !== "INVALID_TOKEN");
  return [cloud.control.counters().commands.executed, sent.length];
}

/** Everything is answered, and of the bolt nothing is shown but what the cloud said last. */
async function reads({ get, post }: Street, name: Generation, bolt: string): Promise<void> {
  for (const [method, path] of GENERATIONS[name].reads) {
    const got = await (method === "GET" ? get(path) : post(path, { id: FRONT }));
    const type = path === "/logs" ? "text/plain; charset=utf-8" : "application/json";
    expect([name, path, got.status, got.type]).toEqual([name, path, 200, type]);
    expect([undefined, bolt]).toContain(boltIn(got));
  }
}

async function commands({ post }: Street, name: Generation, { command, sentence }: Row): Promise<void> {
  const path = GENERATIONS[name].command;
  const { status, text, body } = await post(path, { id: FRONT });
  expect([name, path, status, text]).toEqual([name, path, command, expect.any(String)]);
  if (sentence) expect(body).toEqual({ detail: expect.stringMatching(sentence) as string });
  else expect(body).toMatchObject({ header: { name: "Command" }, payload: { devices: [{ id: FRONT }] } });
}

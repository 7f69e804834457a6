import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aCloud, aFolder, aGatewayAt, signIn } from "../stage.ts";

/** Loaded before the gateway's own code, into its workers too: a wall clock that is as far off as a file says. */
const WALL_CLOCK = `
import { readFileSync } from "node:fs";
const now = Date.now.bind(Date);
const off = () => Number(readFileSync(process.env.CLOCK_OFF, "utf8"));
const Right = Date;
globalThis.Date = class Date extends Right {
  constructor(...args) { if (args.length === 0) super(now() + off()); else super(...args); }
  static now() { return now() + off(); }
};
`;

/** The watch on the clock looks every 30 s. */
const SEEN_WITHIN_MS = 75_000;

test.for([
  ["1970, as of a machine without a battery", 60_000],
  ["2038, after the last second of 32 bits", Date.UTC(2038, 0, 19, 3, 14, 8)],
])(
  "a machine that boots in %s: locks work on the stored token, the clock is said, and all is well when it is set",
  { timeout: 150_000 },
  async ([, wrong], { onTestFinished }) => {
    const cloud = await aCloud(onTestFinished, { settings: { access_token_life_s: 7 * 86_400 } });
    const dataFolder = aFolder(onTestFinished);
    const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    const { id } = await signIn(first, cloud);
    await first.stop();

    const clock = join(aFolder(onTestFinished), "off");
    writeFileSync(clock, String(Number(wrong) - Date.now()));
    const gateway = await aGatewayAt(cloud, onTestFinished, {
      dataFolder,
      environment: {
        CLOCK_OFF: clock,
        NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(WALL_CLOCK)}"`,
      },
    });
    const { accounts, devices } = await gateway.waitFor(
      ({ accounts, devices }) => accounts[0]?.status === "clock_suspect" && devices.length > 0,
      "the word of the wrong clock",
      SEEN_WITHIN_MS,
    );
    expect(accounts).toMatchObject([{ id, status: "clock_suspect" }]);
    expect(await gateway.command(devices[0]?.id ?? "", "unlock")).toMatchObject({
      accepted_at: expect.any(Number),
      error: null,
    });
    expect(await gateway.get("health/live")).toMatchObject({ status: "ok" });

    writeFileSync(clock, "0");
    await gateway.waitFor(({ accounts }) => accounts[0]?.status === "fresh", "the right clock", SEEN_WITHIN_MS);
    const { token, refresh_tokens_reused } = cloud.control.counters();
    const refreshes = Object.values(token["refresh_token"] ?? {}).reduce((sum, count) => sum + count, 0);
    expect(refreshes).toBeLessThanOrEqual(2);
    expect(refresh_tokens_reused).toBe(0);
    expect(await gateway.stop()).toBe(0);
    const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(await again.account()).toMatchObject({ id, status: "fresh" });
  },
);

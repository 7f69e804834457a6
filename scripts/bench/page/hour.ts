import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, CDPSession } from "playwright-core";
import { MockGateway } from "../../../ui/mock/mock-gateway.ts";
import type { Figure } from "../figure.ts";
import { rounded } from "../figure.ts";
import { opened, watch, watchedUntil } from "./watch.ts";

const PAGE = join(import.meta.dirname, "../../../dist/page");
const POLL_MS = 30_000;
/** As many as an hour has. */
const POLLS = (60 * 60_000) / POLL_MS;
/** What the first ones leave is caches that are filled once. */
const WARM_UP = 20;
/** The pause between two polls, in which the page draws. */
const PAUSE_MS = 60;
/** In one poll of this many a door has moved. */
const MOVES_EACH = 4;

interface Held {
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** What the tab holds more after an hour of polls, played in quick succession. */
export async function hour(browser: Browser): Promise<Figure[]> {
  const begunAt = Date.now();
  let time = begunAt;
  const gateway = new MockGateway({ scenario: "five-hundred", page: PAGE, now: () => time });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await watch(page);
    await page.goto(await gateway.start());
    await opened(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    let played = 0;
    const polls = async (count: number): Promise<void> => {
      for (let poll = 0; poll < count; poll += 1) {
        time += POLL_MS;
        pollOnce(gateway, poll, time);
        await delay(PAUSE_MS);
      }
      // A slow machine is still drawing.
      played += count;
      await watchedUntil(page, ({ updates }) => updates >= played);
    };
    await polls(WARM_UP);
    const before = await heldBy(session);
    const begun = performance.now();
    await polls(POLLS);
    const tookS = (performance.now() - begun) / 1000;
    const after = await heldBy(session);
    const grown = (what: keyof Held): number => after[what] - before[what];
    return [
      {
        name: "JS heap after an hour of polls, more",
        value: grown("heap"),
        unit: "MB",
        goal: { atMost: 1 },
        note: `${POLLS} polls played in ${rounded(tookS)} s; ${rounded(after.heap)} MB after it, collected`,
      },
      { name: "DOM nodes, more", value: grown("nodes"), unit: "", goal: { atMost: 50 }, note: `of ${after.nodes}` },
      {
        name: "listeners, more",
        value: grown("listeners"),
        unit: "",
        goal: { atMost: 10 },
        note: `of ${after.listeners}`,
      },
    ];
  } finally {
    await page.close();
    await gateway.stop();
  }
}

/** Everything is confirmed again; now and then a door has moved. */
function pollOnce(gateway: MockGateway, poll: number, now: number): void {
  const { devices, accounts } = gateway.picture;
  const [account] = accounts;
  if (account === undefined) throw new Error("The scenario has no account.");
  const same = { account_id: account.id, at: now, except: [] };
  const door = devices[poll % devices.length];
  const lock_state = door?.lock_state === "locked" ? "unlocked" : "locked";
  const moved = door === undefined || poll % MOVES_EACH !== 0 ? {} : { devices: [{ ...door, lock_state } as const] };
  gateway.change(moved, {}, { clouds: { [account.id]: now }, devices: [same] });
}

async function heldBy(session: CDPSession): Promise<Held> {
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: of("JSHeapUsedSize") / 2 ** 20, nodes: of("Nodes"), listeners: of("JSEventListeners") };
}

import type { ProviderDetails } from "../../../src/keeper/account.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import { wattTimeProvider } from "../../../src/keeper/providers/watttime.ts";
import type { Clock } from "../../../src/clock.ts";
import type { LoginCloud, LoginCloudSettings } from "../../../src/simulator/logins/login-cloud.ts";
import { LOGIN_API_DATA, LOGIN_API_USER, loginApiInMemory } from "../../../src/simulator/logins/login-api.ts";
import { WATTTIME_USER, wattTimeInMemory } from "../../../src/simulator/logins/watttime.ts";
import type { FaultKind } from "../../../src/simulator/faults/fault.ts";
import { SeededRandom } from "../chance.ts";
import { SimulatedGateway, WorldTime } from "../gateway.ts";
import { memoryFetch } from "../memory-fetch.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1, 6);
const BASE = "https://cloud.test";

/** A cloud with a login, of whatever kind. */
type LoginCloudInMemory = Omit<LoginCloud<LoginCloudSettings>, "controlHttp" | "reset">;

/** A cloud with a login, and what a month with it is to be like. */
export interface MonthPlan {
  readonly name: string;
  readonly provider: Provider;
  readonly account: ProviderDetails;
  /** Where its data is read, again and again. */
  readonly data: string;
  readonly cloud: (clock: Clock, random: SeededRandom) => LoginCloudInMemory;
  /** How long after a login the next one is due: its least, and its most. */
  readonly dueMs: readonly [number, number];
  /** Between two outages of the cloud, on average. */
  readonly outageEveryMs: number;
}

export const MONTHS: readonly MonthPlan[] = [
  {
    name: "WattTime with outages",
    provider: { ...wattTimeProvider(), tokenUrl: `${BASE}/v3/login` },
    account: { provider: "watttime", name: "Grid", ...WATTTIME_USER },
    data: "/v3/signal-index?region=CAISO_NORTH&signal_type=co2_moer",
    cloud: (clock, random) => wattTimeInMemory({ clock, random }),
    dueMs: [25 * MINUTE, 25 * MINUTE],
    outageEveryMs: 30 * HOUR,
  },
  {
    name: "a login API with rotated answers",
    provider: loginProvider(),
    account: { provider: "login", name: "Pool", url: BASE, ...LOGIN_API_USER },
    data: LOGIN_API_DATA,
    cloud: (clock, random) => loginApiInMemory({ clock, random, settings: { rotate_shapes: true } }),
    dueMs: [0.7 * HOUR, 0.9 * HOUR],
    outageEveryMs: 3 * DAY,
  },
];

export interface MonthResult {
  readonly logins: number;
  /** What the plan makes of the same outages. */
  readonly predicted: number;
  /** Calls to the login that outages have swallowed. */
  readonly inVain: number;
  readonly requests: number;
  /** Of those, which the cloud refused because of their token. */
  readonly withDeadToken: number;
  readonly signInsAsked: number;
  readonly outages: number;
  readonly boots: number;
}

/** The cloud is away, or the machine is off. */
interface Gap {
  readonly from: number;
  readonly to: number;
  readonly kind: FaultKind | "unreachable" | "off";
}

const READ_EVERY_MS = 10 * MINUTE;
/** Once in so long the machine is switched off, on average, for hours. */
const OFF_EVERY_MS = 4 * DAY;
const OUTAGES: readonly (FaultKind | "unreachable")[] = [
  "unreachable",
  "http_500",
  "unavailable",
  "rate_limited",
  "html_502",
  "html",
  "hang",
];

/** Lives through a plan's time: its tokens are used every ten minutes, and its cloud is away now and then. */
export async function liveThroughMonth(plan: MonthPlan, seed: number, lastsMs = 30 * DAY): Promise<MonthResult> {
  const random = new SeededRandom(seed);
  const time = new WorldTime(START);
  const cloud = plan.cloud(time, random);
  const fetch = memoryFetch(cloud);
  const gateway = new SimulatedGateway({ provider: plan.provider, random, fetch, time });
  const gaps = drawGaps(plan, random, lastsMs);
  const incidents = new Set<number>();
  try {
    const { id } = gateway.keeper.addAccount(plan.account);
    await gateway.pass(MINUTE);
    const searched = loginsOf(cloud).inVain;
    for (let next = START + READ_EVERY_MS; next < START + lastsMs; next += READ_EVERY_MS) {
      const gap = gapAt(gaps, next);
      apply(cloud, gap?.kind ?? null);
      await gateway.pass(next - time.now());
      if (gap?.kind === "off") {
        await gateway.off(gap.to - time.now());
        while (next + READ_EVERY_MS < gap.to) next += READ_EVERY_MS;
        continue;
      }
      // An answer that never comes keeps nobody.
      void readOnce(gateway, id, (token) => fetch(BASE + plan.data, { headers: { authorization: `Bearer ${token}` } }));
      await gateway.pass(MINUTE);
      const incident = gateway.keeper.accounts()[0]?.incident ?? null;
      if (incident !== null && incident.kind !== "no_token") incidents.add(incident.number);
    }
    const { granted, inVain } = loginsOf(cloud);
    const read = Object.entries(cloud.counters.at("data")).flatMap(([, outcomes]) => Object.entries(outcomes));
    return {
      logins: granted,
      predicted: predict(plan, gaps, lastsMs, random),
      inVain: inVain - searched,
      requests: read.reduce((sum, [, times]) => sum + times, 0),
      withDeadToken: read.reduce((sum, [outcome, times]) => sum + (/expired|unknown/.test(outcome) ? times : 0), 0),
      signInsAsked: incidents.size,
      outages: gaps.filter(({ kind }) => kind !== "off").length,
      boots: gateway.boots,
    };
  } finally {
    gateway.remove();
  }
}

/** Within 5 % of the plan, or two where there are few. */
export function isAsPlanned({ logins, predicted }: MonthResult): boolean {
  return Math.abs(logins - predicted) <= Math.max(predicted * 0.05, 2);
}

/** Whoever reads takes the token that there is, or none; an outage swallows the answer. */
async function readOnce(
  gateway: SimulatedGateway,
  id: string,
  ask: (token: string) => Promise<unknown>,
): Promise<void> {
  try {
    await ask((await gateway.keeper.getToken(id)).value);
  } catch {
    // No token while the cloud is away, or no answer of it.
  }
}

function loginsOf({ counters }: LoginCloudInMemory): { readonly granted: number; readonly inVain: number } {
  const outcomes = Object.values(counters.at("login")).flatMap((one) => Object.entries(one));
  const sum = (wanted: (outcome: string) => boolean): number =>
    outcomes.reduce((total, [outcome, times]) => total + (wanted(outcome) ? times : 0), 0);
  return { granted: sum((outcome) => outcome === "ok"), inVain: sum((outcome) => outcome !== "ok") };
}

/** One after the other, of random lengths: of the cloud up to ten hours, mostly far less. */
function drawGaps({ outageEveryMs }: MonthPlan, random: SeededRandom, lastsMs: number): Gap[] {
  const between = 1 / (1 / outageEveryMs + 1 / OFF_EVERY_MS);
  const gaps: Gap[] = [];
  for (let from = START + HOUR; ; from = gaps.at(-1)?.to ?? from) {
    from = Math.round(from + 2 * between * random.fraction());
    const to = Math.round(from + 10 * MINUTE + random.fraction() * random.fraction() * 10 * HOUR);
    if (to > START + lastsMs) return gaps;
    const isOff = random.fraction() < between / OFF_EVERY_MS;
    const kind = isOff ? "off" : (OUTAGES[Math.floor(random.fraction() * OUTAGES.length)] ?? "unreachable");
    gaps.push({ from, to, kind });
  }
}

function gapAt(gaps: readonly Gap[], at: number): Gap | undefined {
  return gaps.find(({ from, to }) => from <= at && at < to);
}

function apply(cloud: LoginCloudInMemory, kind: Gap["kind"] | null): void {
  cloud.faults.clear();
  cloud.set({ outage: kind === "unreachable" });
  if (kind === null || kind === "unreachable" || kind === "off") return;
  for (const where of ["login", "data"] as const) cloud.fault({ where, kind, times: null });
}

/** How often the mean is taken over the plan's own jitter. */
const DRAWS = 20;
/** The longest pause before another attempt, of which chance takes a part. */
const LONGEST_PAUSE_MS = 15 * MINUTE;

/** The logins that the published plan makes: each in its time, or soon after the outage that it falls into. */
function predict(
  { dueMs: [least, most] }: MonthPlan,
  gaps: readonly Gap[],
  lastsMs: number,
  random: SeededRandom,
): number {
  let logins = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    for (let now = START; now < START + lastsMs;) {
      const gap = gapAt(gaps, now);
      if (gap === undefined) {
        logins++;
        now += least + (most - least) * random.fraction();
      } else {
        now = gap.kind === "off" ? gap.to : gap.to + random.fraction() * LONGEST_PAUSE_MS;
      }
    }
  }
  return logins / DRAWS;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { systemClock } from "../../../src/clock.ts";
import { FlightMeter } from "../../../src/jobs/flight-meter.ts";
import { anAccount } from "../../state/models.ts";
import { aStage } from "../stage.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const docs = join(import.meta.dirname, "../../../docs");
const clock = { ...systemClock, now: () => NOW };

/** What the gateway answers: each series with its value, and each metric with its type. */
async function scrape(parts: Parameters<typeof aStage>[0] = {}, accounts = [anAccount()]) {
  const { ask, picture } = await aStage({ clock, ...parts });
  picture.update({ accounts });
  const { status, headers, text } = await ask("/metrics");
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  expect(text.endsWith("\n")).toBe(true);
  const lines = text.trimEnd().split("\n");
  const samples = lines.filter((line) => !line.startsWith("#")).map((line) => /^(.+) (\S+)$/.exec(line) ?? []);
  return {
    series: new Map(samples.map(([, series = "", value]) => [series, Number(value)])),
    types: Object.fromEntries([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type])),
  };
}

const HOME = 'account="Home",account_id="home"';

test("the life of each account's token is told in seconds", async () => {
  const account = anAccount({
    obtained_at: NOW - 60_000,
    expires_at: NOW + 3_540_000,
    next_refresh_at: NOW - 5000,
    generation: 7,
    consecutive_failures: 2,
    status: "retrying",
  });
  const { series } = await scrape({}, [account]);
  const home = (name: string): number | undefined => series.get(`utec_gateway_${name}{${HOME}}`);
  expect(home("token_age_seconds")).toBe(60);
  expect(home("token_life_left_seconds")).toBe(3540);
  expect(home("next_refresh_seconds")).toBe(-5);
  expect(home("token_generation")).toBe(7);
  expect(home("consecutive_failures")).toBe(2);
  expect(home("person_needed")).toBe(0);
  expect(home("refresh_token_life_left_seconds")).toBeUndefined();
  expect(series.get(`utec_gateway_token_status{${HOME},status="retrying"}`)).toBe(1);
  expect(series.get(`utec_gateway_token_status{${HOME},status="fresh"}`)).toBe(0);
});

test("refreshes are counted by outcome and measured where they run", async () => {
  let now = 0;
  const flights = new FlightMeter({ ...systemClock, monotonic: () => now });
  flights.started("home", "refresh");
  now += 400;
  flights.ended("home", { outcome: "committed", account_id: "home", generation: 2 });
  flights.started("home", "refresh");
  const { series } = await scrape({ flights });
  expect(series.get(`utec_gateway_refreshes_total{${HOME},outcome="committed"}`)).toBe(1);
  expect(series.get(`utec_gateway_refreshes_total{${HOME},outcome="failed"}`)).toBe(0);
  expect(series.get(`utec_gateway_refresh_in_flight{${HOME}}`)).toBe(1);
  const bucket = (le: string): number | undefined =>
    series.get(`utec_gateway_refresh_duration_seconds_bucket{${HOME},le="${le}"}`);
  expect([bucket("0.25"), bucket("0.5"), bucket("+Inf")]).toEqual([0, 1, 1]);
  expect(series.get(`utec_gateway_refresh_duration_seconds_sum{${HOME}}`)).toBeCloseTo(0.4);
  expect(series.get(`utec_gateway_refresh_duration_seconds_count{${HOME}}`)).toBe(1);
});

test("a name that a person gave breaks no line and no label", async () => {
  const { series } = await scrape({}, [anAccount({ name: 'The "\\old"\nhouse' })]);
  expect([...series.keys()]).toContain(
    'utec_gateway_token_generation{account="The \\"\\\\old\\"\\nhouse",account_id="home"}',
  );
});

test("the process tells its memory, its time and its start", async () => {
  const { series } = await scrape({ clock: systemClock });
  expect(series.get("process_resident_memory_bytes")).toBeGreaterThan(1e6);
  expect(series.get("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(series.get("process_start_time_seconds")).toBeLessThanOrEqual(Date.now() / 1000);
});

/** The metrics that a text names. */
function namedIn(text: string): Set<string> {
  const names = text.matchAll(/\b((?:utec_gateway|process)_\w+)/g).map(([, name = ""]) => name);
  return new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, "")));
}

test("the documentation names every metric with its type, and none that is not there", async () => {
  const { types } = await scrape();
  const text = readFileSync(join(docs, "metrics.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)];
  expect(Object.fromEntries(rows.map(([, name, type]) => [name, type]))).toEqual(types);
});

test("the example of alert rules parses, and every metric that it names exists", async () => {
  const { types } = await scrape();
  const text = readFileSync(join(docs, "examples/prometheus-alerts.yaml"), "utf8");
  const { groups } = parse(text) as { groups: { rules: { alert: string; expr: string }[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(3);
  for (const { alert, expr } of rules) {
    expect(namedIn(expr).size, alert).toBeGreaterThan(0);
    for (const name of namedIn(expr)) expect(Object.keys(types), alert).toContain(name);
  }
});

test("the example of a Grafana dashboard parses, and every metric that it names exists", async () => {
  const { types } = await scrape();
  const text = readFileSync(join(docs, "examples/grafana-dashboard.json"), "utf8");
  const { panels } = JSON.parse(text) as { panels: { title: string; targets: { expr: string }[] }[] };
  for (const { title, targets } of panels) {
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr } of targets) {
      expect(namedIn(expr).size, title).toBeGreaterThan(0);
      for (const name of namedIn(expr)) expect(Object.keys(types), title).toContain(name);
    }
  }
});

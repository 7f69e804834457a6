import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { BatchedQuery } from "../../../src/utec/polling/batched-query.ts";
import type { DeviceTarget } from "../../../src/utec/cloud/client.ts";
import { CloudProblem } from "../../../src/utec/cloud/cloud-problem.ts";
import { readReports } from "../../../src/utec/reading/states.ts";
import type { DeviceReport } from "../../../src/utec/reading/states.ts";
import { ManualClock } from "../../clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let clock: ManualClock;
let sink: LogSink;
let query: BatchedQuery;
/** How many devices each request asked for, in order. */
let requests: number[];
/** What the cloud makes of a request; returns what it throws. */
let refusal: (ids: readonly string[]) => Error | null;

beforeEach(() => {
  clock = new ManualClock();
  sink = new LogSink({ level: "debug", secrets: new Secrets(), format: "text", write: () => {} });
  requests = [];
  refusal = () => null;
  query = new BatchedQuery({
    accountId: "home",
    clock,
    log: sink.log,
    client: {
      query: async (_accountId, targets) => {
        requests.push(targets.length);
        const ids = targets.map(({ id }) => id);
        const error = refusal(ids);
        if (error) throw error;
        return reportsOf(ids);
      },
    },
  });
});

test("500 devices need one request", async () => {
  expect(await poll(500)).toHaveLength(500);
  expect(requests).toEqual([500]);
});

test("no devices, no request", async () => {
  expect(await poll(0)).toEqual([]);
  expect(requests).toEqual([]);
});

describe("a cloud that accepts no more than 60 devices at once", () => {
  beforeEach(() => {
    refusal = (ids) => (ids.length > 60 ? badRequest() : null);
  });

  test("is asked in parts, and the size that works is remembered", async () => {
    expect(await poll(500)).toHaveLength(500);
    expect(requests.slice(0, 5)).toEqual([500, 250, 125, 63, 32]);
    requests = [];
    expect(await poll(500)).toHaveLength(500);
    expect(requests).toEqual(Array.from({ length: 16 }, (_, part) => (part < 15 ? 32 : 20)));
    expect(sink.tail("info")).toMatchObject([{ level: "info", fields: { devices_per_query: 32 } }]);
  });

  test("is queried in one request again, soon at first, eventually once a day", async () => {
    let attempts = 0;
    for (let minute = 0; minute < 3 * 24 * 60; minute += 1) {
      requests = [];
      await poll(61);
      if (requests[0] === 61) attempts += 1;
      clock.advance(MINUTE);
    }
    expect(attempts).toBeGreaterThan(10);
    expect(attempts).toBeLessThan(15);
    refusal = () => null;
    clock.sleep(DAY);
    requests = [];
    await poll(500);
    await poll(500);
    expect(requests).toEqual([500, 500]);
  });

  test("that failed only for a moment is queried in parts for a minute", async () => {
    await poll(500);
    refusal = () => null;
    clock.advance(MINUTE);
    requests = [];
    await poll(500);
    await poll(500);
    expect(requests).toEqual([500, 500]);
  });
});

describe("a device with which every query is refused", () => {
  beforeEach(() => {
    refusal = (ids) => (ids.includes("lock 0") ? badRequest() : null);
  });

  test("is found at once, and the others are queried together without it", async () => {
    expect(await poll(100)).toEqual(names(100).slice(1));
    expect(requests.length).toBeLessThan(20);
    requests = [];
    expect(await poll(100)).toEqual(names(100).slice(1));
    expect(requests).toEqual([99]);
    expect(sink.tail("warn")).toMatchObject([{ fields: { account_id: "home", device_id: "lock 0" } }]);
  });

  test("is queried alone, soon at first, eventually every half hour, until it is answered", async () => {
    let attempts = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      requests = [];
      expect(await poll(100)).toHaveLength(99);
      if (requests.includes(1)) attempts += 1;
      clock.advance(MINUTE);
    }
    expect(attempts).toBeGreaterThan(45);
    expect(attempts).toBeLessThan(55);
    refusal = () => null;
    clock.advance(HOUR / 2);
    expect(await poll(100)).toHaveLength(100);
    requests = [];
    expect(await poll(100)).toHaveLength(100);
    expect(requests).toEqual([100]);
    expect(sink.tail("warn")).toHaveLength(1);
  });

  test("can be read on request, and its refusal is reported", async () => {
    await poll(100);
    await expect(ask(["lock 0"])).rejects.toMatchObject({ cloudCode: "BAD-REQUEST" });
    refusal = () => null;
    expect(await ask(["lock 0"])).toEqual(["lock 0"]);
  });

  test("is forgotten with the device", async () => {
    await poll(100);
    query.due(targets(names(100).slice(1)));
    requests = [];
    await poll(100);
    expect(requests[0]).toBe(100);
  });
});

describe("a cloud that refuses everything", () => {
  test("is not queried device by device, is reported to refuse, and is searched less and less, eventually once an hour", async () => {
    refusal = () => badRequest();
    let searches = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      requests = [];
      await expect(poll(500)).rejects.toMatchObject({ code: "cloud_error" });
      expect(requests.length).toBeLessThanOrEqual(26);
      if (requests.length > 1) searches += 1;
      clock.advance(MINUTE);
    }
    expect(searches).toBeGreaterThan(22);
    expect(searches).toBeLessThan(32);
    refusal = (ids) => (ids.length > 250 ? badRequest() : null);
    clock.advance(HOUR);
    expect(await poll(500)).toHaveLength(500);
  });

  test("has no lasting cost: with the first answer all is queried in one request again", async () => {
    refusal = () => badRequest();
    await expect(poll(500)).rejects.toThrow();
    refusal = () => null;
    requests = [];
    expect(await poll(500)).toHaveLength(500);
    expect(requests).toEqual([500]);
  });
});

describe("a request is halved", () => {
  const REFUSALS: [string, Error][] = [
    ["BAD-REQUEST at HTTP 200 or HTTP 400, 413, 414, 431", badRequest()],
    ["an answer that is longer than can be taken, or no JSON", unreadable()],
  ];
  test.each(REFUSALS)("after %s", async (_case, error) => {
    refusal = (ids) => (ids.length > 250 ? error : null);
    await poll(500);
    expect(requests).toEqual([500, 250, 250]);
  });

  const OUTAGES: [string, Error][] = [
    ["an outage", new CloudProblem("cloud_unreachable", "No answer.", { mayHaveActed: false })],
    ["a server's error", new CloudProblem("cloud_error", "HTTP 500.", { mayHaveActed: true })],
    ["a rate limit", new CloudProblem("rate_limited", "Later.", { mayHaveActed: false, retry_after_s: 60 })],
    ["a bug in the gateway", new TypeError("a bug")],
  ];
  test.each(OUTAGES)("never after %s", async (_case, error) => {
    refusal = () => error;
    await expect(poll(500)).rejects.toBe(error);
    expect(requests).toEqual([500]);
  });
});

test("an outage in the middle keeps what was answered before it", async () => {
  await findLimit(100);
  let asked = 0;
  refusal = () => (++asked > 3 ? new CloudProblem("cloud_unreachable", "Gone.", { mayHaveActed: false }) : null);
  const heard: string[] = [];
  const polled = query.query(targets(names(500)), (reports) => heard.push(...reports.map(({ id }) => id)));
  await expect(polled).rejects.toMatchObject({ code: "cloud_unreachable" });
  expect(heard.length).toBeGreaterThan(100);
  expect(asked).toBe(4);
});

test("whatever the cloud refuses, within three polls all others are known, and each poll is bounded", async () => {
  const cases = fc.record({
    count: fc.integer({ min: 1, max: 200 }),
    limit: fc.integer({ min: 8, max: 300 }),
    spoilers: fc.uniqueArray(fc.nat(199), { maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ count, limit, spoilers }) => {
      const bad = new Set(spoilers.map((index) => `lock ${index}`));
      refusal = (ids) => (ids.length > limit || ids.some((id) => bad.has(id)) ? badRequest() : null);
      query = new BatchedQuery({
        accountId: "home",
        clock,
        log: sink.log,
        client: {
          query: async (_accountId, batch) => {
            requests.push(batch.length);
            const ids = batch.map(({ id }) => id);
            const error = refusal(ids);
            if (error) throw error;
            return reportsOf(ids);
          },
        },
      });
      const fine = names(count).filter((id) => !bad.has(id));
      const heard = new Set<string>();
      for (let times = 0; times < 3; times += 1) {
        requests = [];
        const due = query.due(targets(names(count)));
        await query
          .query(due, (reports) => reports.forEach(({ id }) => heard.add(id)))
          .catch((error: unknown) => expect(error).toBeInstanceOf(CloudProblem));
        expect(requests.length).toBeLessThanOrEqual(2 * Math.ceil(count / Math.min(limit, 8)) + 40);
      }
      expect([...heard].sort()).toEqual(fine.sort());
    }),
    { numRuns: 200 },
  );
});

async function findLimit(limit: number): Promise<void> {
  refusal = (ids) => (ids.length > limit ? badRequest() : null);
  await poll(500);
}

/** A poll of so many devices; the ids that were answered, in their order. */
async function poll(count: number): Promise<string[]> {
  const heard: string[] = [];
  await query.query(query.due(targets(names(count))), (reports) => heard.push(...reports.map(({ id }) => id)));
  const all = new Set(heard);
  return names(count).filter((id) => all.has(id));
}

async function ask(ids: readonly string[]): Promise<string[]> {
  const heard: string[] = [];
  await query.query(targets(ids), (reports) => heard.push(...reports.map(({ id }) => id)));
  return heard;
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `lock ${index}`);
}

function targets(ids: readonly string[]): DeviceTarget[] {
  return ids.map((id) => ({ id, customData: undefined }));
}

/** Made once for each device: a day of polls is many. */
const reports = new Map<string, DeviceReport>();

function reportsOf(ids: readonly string[]): DeviceReport[] {
  for (const id of ids) {
    if (!reports.has(id))
      for (const report of readReports({ devices: [{ id }] }, (text) => text)) reports.set(id, report);
  }
  return ids.flatMap((id) => reports.get(id) ?? []);
}

function badRequest(): CloudProblem {
  return new CloudProblem("cloud_error", "Refused.", {
    mayHaveActed: false,
    cloudCode: "BAD-REQUEST",
    refusesRequest: true,
  });
}

function unreadable(): CloudProblem {
  return new CloudProblem("cloud_answer_unreadable", "Too long.", { mayHaveActed: true });
}

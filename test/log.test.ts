import { expect, onTestFinished, test, vi } from "vitest";
import { LogSink } from "../src/log-sink.ts";
import { Secrets } from "../src/log.ts";
import type { LogRecord } from "../src/log.ts";

const SECRET = 'canary/+ "value" ünd so';

test.each(["trace", "debug", "info", "warn", "error", "fatal"] as const)(
  "a secret never reaches the log at level %s, in whatever form it was printed",
  (level) => {
    const { sink, lines } = makeSink("json");
    sink.log.part("keeper")[level](`plain ${SECRET}`, {
      url: `http://127.0.0.1/?token=${encodeURIComponent(SECRET)}`,
      form: new URLSearchParams({ token: SECRET }).toString(),
      header: `Basic ${Buffer.from(SECRET).toString("base64")}`,
      nested: { deep: [SECRET] },
      error: new Error(`outer ${SECRET}`, { cause: new Error(`inner ${SECRET}`) }),
    });
    const everything = lines.join("") + JSON.stringify(sink.tail());
    expect(everything).toContain("[secret]");
    expect(everything).not.toContain("canary");
    expect(everything).not.toContain(Buffer.from(SECRET).toString("base64").slice(0, 24));
  },
);

test("a secret of digits that happens to stand in a line's time breaks no line", () => {
  const { sink, lines, secrets } = makeSink("json");
  const start = Math.floor(Date.now() / 100_000);
  for (const digits of [start, start + 1]) secrets.add(String(digits));
  sink.log.info(`It is ${start}.`);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ msg: "It is [secret].", time: sink.tail()[0]?.at });
  expect(sink.tail()[0]?.message).toBe("It is [secret].");
});

test("a short value is not taken for a secret: it would blank ordinary words", () => {
  const secrets = new Secrets();
  secrets.add("abc");
  expect(secrets.scrub("abcdef")).toBe("abcdef");
});

test("the text form is one line that a person can read", () => {
  const { sink, lines } = makeSink("text");
  sink.log.part("keeper").info("Refreshed the token.", { generation: 5, note: "two words" });
  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z INFO {2}keeper: Refreshed the token\. generation=5 note="two words"\n$/,
  );
});

test.each([
  ["Europe/Berlin", "2026-11-29T01:00:00.000+01:00"],
  ["America/St_Johns", "2026-11-28T20:30:00.000-03:30"],
  ["UTC", "2026-11-29T00:00:00.000Z"],
])("the text form has the time of the house, %s", (zone, time) => {
  vi.stubEnv("TZ", zone);
  vi.setSystemTime(Date.UTC(2026, 10, 29));
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });
  const { sink, lines } = makeSink("text");
  sink.log.info("Hello.");
  expect(lines[0]).toBe(`${time} INFO  gateway: Hello.\n`);
});

test("the text form leaves out what is not there", () => {
  const { sink, lines } = makeSink("text");
  sink.log.warn("Home needs attention.", { account: "Home", reason: null });
  expect(lines[0]).toMatch(/Home needs attention\. account=Home\n$/);
});

test("the text form leaves out the id of what is named beside it, which the record keeps", () => {
  const { sink, lines } = makeSink("text");
  sink.log.warn("Home needs attention.", { account: "Home", account_id: "a-1", device_id: "d-1" });
  expect(lines[0]).toMatch(/Home needs attention\. account=Home device_id=d-1\n$/);
  expect(sink.tail()[0]?.fields).toEqual({ account: "Home", account_id: "a-1", device_id: "d-1" });
});

test("a secret is found in base64 of more than the secret", () => {
  const { sink } = makeSink("json");
  for (const before of ["", "c:", "client:", "id"])
    sink.log.info(`Basic ${Buffer.from(`${before}${SECRET}`).toString("base64")}`);
  for (const { message } of sink.tail()) expect(message).toContain("[secret]");
});

test("a part of a part is under its own name, once", () => {
  const { sink, lines } = makeSink("json");
  sink.log.part("http").part("link").info("Linked.");
  expect(lines[0]?.match(/"part"/g)).toHaveLength(1);
  expect(sink.tail()[0]).toMatchObject({ part: "link", fields: {} });
});

test("the tail keeps the latest thousand records and filters by level", () => {
  const { sink } = makeSink("json");
  for (let index = 0; index < 1100; index += 1) sink.log.info(`line ${index}`);
  sink.log.error("trouble");
  expect(sink.tail()).toHaveLength(1000);
  expect(sink.tail("warn").map((record) => record.message)).toEqual(["trouble"]);
  expect(sink.tail("info", 2).map((record) => record.message)).toEqual(["line 1099", "trouble"]);
});

test("a follower sees each record once, until it leaves", () => {
  const { sink } = makeSink("json");
  const seen: LogRecord[] = [];
  const leave = sink.follow((record) => seen.push(record));
  sink.log.info("one");
  leave();
  sink.log.info("two");
  expect(seen.map((record) => record.message)).toEqual(["one"]);
});

function makeSink(format: "text" | "json"): {
  sink: LogSink;
  lines: string[];
  secrets: Secrets;
} {
  const secrets = new Secrets();
  secrets.add(SECRET);
  const lines: string[] = [];
  return { lines, secrets, sink: new LogSink({ level: "trace", secrets, format, write: (line) => lines.push(line) }) };
}

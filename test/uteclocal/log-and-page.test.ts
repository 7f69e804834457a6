import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { wayToPage } from "../../src/uteclocal/way-to-page.ts";
import { aStage } from "./stage.ts";

test("the log is plain lines, oldest first", async () => {
  const { ask, sink } = await aStage();
  sink.log.info("First.");
  sink.log.part("poller").warn("Second.", { device: "x" });
  const { status, headers, text } = await ask("/logs");
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
  expect(text).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d INFO gateway: First\.\n\d{4}-\d\d-\d\dT\S+ WARN poller: Second\.\n$/,
  );
});

test("clearing the log hides what is there, here alone", async () => {
  const { ask, post, sink } = await aStage({ clock: systemClock });
  sink.log.info("Before.");
  await expect.poll(() => Date.now()).toBeGreaterThan(sink.tail().at(-1)?.at ?? Infinity);
  const { status, json } = await post("/logs/clear");
  expect([status, json]).toEqual([200, { status: "ok", message: "Logs cleared" }]);
  expect((await ask("/logs")).text).toBe("");
  await expect
    .poll(async () => {
      sink.log.info("After.");
      return (await ask("/logs")).text;
    })
    .toContain("After.");
  expect((await ask("/logs")).text).not.toContain("Before.");
  expect(sink.tail().map(({ message }) => message)).toContain("Before.");
});

test("a browser is led to the page, under the name by which it came", async () => {
  const { ask } = await aStage();
  for (const [host, location] of [
    ["gateway.lan:8000", "http://gateway.lan:8099/"],
    ["127.0.0.1:8000", "http://127.0.0.1:8099/"],
    ["[::1]:8000", "http://[::1]:8099/"],
    ["user@bad host", "http://localhost:8099/"],
  ] as const) {
    const got = await ask("/", { headers: { host } });
    expect([got.status, got.headers.location]).toEqual([302, location]);
  }
});

test("where no address of the page is known it is said where it is", async () => {
  const { ask } = await aStage({ settings: { mode: "addon" } });
  const { status, headers, text } = await ask("/");
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
  expect(text).toMatch(/in Home Assistant/);
});

test.for([
  ["127.0.0.1", "192.168.1.5", null],
  ["localhost", "192.168.1.5", null],
  ["127.0.0.1", "127.0.0.1", "http://gateway.lan:8099/"],
  ["0.0.0.0", "192.168.1.5", "http://gateway.lan:8099/"],
  ["0.0.0.0", "::ffff:192.168.1.5", "http://gateway.lan:8099/"],
  ["127.0.0.1", "::ffff:127.0.0.1", "http://gateway.lan:8099/"],
] as const)("a page on %s is for %s at %s", ([host, remoteAddress, url]) => {
  const request = { headers: { host: "gateway.lan:8000" }, socket: { remoteAddress } };
  const way = wayToPage({ host, port: 8099 }, request as Parameters<typeof wayToPage>[1]);
  if (url === null) expect(way).toMatchObject({ words: expect.stringMatching(/UTEC_GATEWAY_HOST/) as string });
  else expect(way).toEqual({ url });
});

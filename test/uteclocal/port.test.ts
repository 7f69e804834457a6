import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Uteclocal } from "../../src/uteclocal/uteclocal.ts";
import { aStage, askPort, someParts } from "./stage.ts";

const AGAIN_MS = 30_000;

/** A port that another program has until it is freed. */
async function onTakenPort() {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const compatibilityPort = (other.address() as AddressInfo).port;
  const free = (): Promise<void> => new Promise((resolve) => void other.close(() => resolve()));
  const { parts, ...all } = someParts({ settings: { compatibilityPort } });
  const uteclocal = new Uteclocal(parts);
  onTestFinished(async () => {
    await uteclocal.stop();
    await free();
  });
  const isAnswered = (): Promise<boolean> =>
    askPort(compatibilityPort, "/health").then(
      () => true,
      () => false,
    );
  return { ...all, uteclocal, free, isAnswered };
}

test("a port in use is said on the page and once in the log, and is taken when it is free", async () => {
  const { clock, free, isAnswered, picture, sink, uteclocal } = await onTakenPort();
  const own = { field: "log_level", message: "Another problem." };
  picture.update({ gateway: { problems: [own] } });
  await uteclocal.start();
  const said = [
    own,
    {
      field: "UTEC_GATEWAY_COMPATIBILITY_PORT",
      message: expect.stringMatching(/is in use: stop the uteclocal gateway.*tried again/) as string,
    },
  ];
  expect(picture.gateway.problems).toEqual(said);
  clock.advance(AGAIN_MS);
  await expect.poll(() => clock.armed).toBe(1);
  expect(picture.gateway.problems).toEqual(said);
  expect(sink.tail("warn")).toHaveLength(1);
  await free();
  clock.advance(AGAIN_MS);
  await expect.poll(isAnswered).toBe(true);
  expect(picture.gateway.problems).toEqual([own]);
  expect(clock.armed).toBe(0);
});

test("once it is stopped it begins no more", async () => {
  const { clock, free, isAnswered, uteclocal } = await onTakenPort();
  await uteclocal.start();
  await uteclocal.stop();
  expect(clock.armed).toBe(0);
  await free();
  await uteclocal.start();
  expect(await isAnswered()).toBe(false);
});

test("a stop in the middle of the start leaves nothing open", async () => {
  const { free, isAnswered, uteclocal } = await onTakenPort();
  await free();
  void uteclocal.start();
  await uteclocal.stop();
  expect(await isAnswered()).toBe(false);
});

test("nobody listens where nobody wants it", async () => {
  const { parts, sink, picture } = someParts({ settings: { compatibility: false } });
  const uteclocal = new Uteclocal(parts);
  await uteclocal.start();
  await uteclocal.stop();
  expect([sink.tail(), picture.gateway.problems]).toEqual([[], []]);
});

test("a connection is kept longer than the 15 s after which Home Assistant closes an idle one itself", async () => {
  const { ask } = await aStage();
  const { headers } = await ask("/health", { headers: { connection: "keep-alive" } });
  expect(headers["keep-alive"]).toBe("timeout=75");
});

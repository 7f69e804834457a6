import { Agent, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { aStage } from "../../broker/stage.ts";

const REQUESTS = 10_000;
const AT_ONCE = 32;
const EXPIRIES = 10;
const HOUR_MS = 3_600_000;

test("10 000 requests, 32 at a time, across expiries: one refresh each, and no caller sees a failure", async () => {
  const { cloud, house, port, token } = await aStage();
  cloud.lifeS = 30 * 24 * 3600;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  onTestFinished(() => agent.destroy());
  const statuses = new Map<number, number>();
  const ask = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: port(),
          path: `/proxy/Grid/${at}`,
          method: at % 5 === 0 ? "POST" : "GET",
          headers: { authorization: `Bearer ${token}` },
          agent,
        },
        (response) => {
          statuses.set(response.statusCode ?? 0, (statuses.get(response.statusCode ?? 0) ?? 0) + 1);
          response.resume().on("end", resolve).on("error", reject);
        },
      );
      sent.on("error", reject).end(at % 5 === 0 ? "a body" : undefined);
    });

  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < REQUESTS) {
      const at = next++;
      if (at > 0 && at % (REQUESTS / (EXPIRIES + 1)) < 1) {
        // By turns the cloud ends a token early, and the token comes to the end that the gateway knows of.
        const early = cloud.tokens.length % 2 === 0;
        house.clock.offsetMs += early ? 25 * HOUR_MS : 31 * 24 * HOUR_MS;
        cloud.expire();
      }
      await ask(at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(Object.fromEntries(statuses)).toEqual({ 200: REQUESTS });
  expect(cloud.tokens).toHaveLength(EXPIRIES + 1);
  expect(cloud.logins).toBe(EXPIRIES + 1);
});

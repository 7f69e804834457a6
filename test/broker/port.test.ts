import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Broker } from "../../src/broker/broker.ts";
import { systemClock } from "../../src/clock.ts";
import { systemRandom } from "../../src/random.ts";
import { aStage } from "./stage.ts";

/** A second broker, with the clients of the first, whose port another program has until it is freed. */
async function onTakenPort() {
  const { house, account_id, client_id } = await aStage();
  // It tries again after 30 s.
  house.clock.after = (ms, callback) => systemClock.after(ms === 30_000 ? 20 : ms, callback);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const brokerPort = (other.address() as AddressInfo).port;
  const free = (): Promise<void> => new Promise((resolve) => void other.close(() => resolve()));
  const broker = new Broker({
    settings: { host: "127.0.0.1", brokerPort, proxies: null },
    vault: house.vault,
    keeper: house.keeper,
    clock: house.clock,
    random: systemRandom,
    secrets: house.secrets,
    log: house.world.log,
  });
  onTestFinished(async () => {
    await broker.stop();
    await free();
  });
  return { broker, free, house, account_id, client_id };
}

test("the port in use: no client is made, and the sentence says what to do", async () => {
  const { broker, account_id } = await onTakenPort();
  await expect(broker.addClient({ name: "Third", accounts: [account_id] })).rejects.toMatchObject({
    code: "port_unusable",
    message: expect.stringMatching(/is in use.*UTEC_GATEWAY_BROKER_PORT/) as string,
  });
  expect(broker.state().clients.map(({ name }) => name)).toEqual(["Dashboard"]);
});

test("a port in use is tried again until it is free, and is logged once", async () => {
  const { broker, free, house } = await onTakenPort();
  await broker.start();
  expect(broker.state()).toMatchObject({ listening: false, problem: expect.stringMatching(/is in use/) as string });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await free();
  await expect.poll(() => broker.state()).toMatchObject({ listening: true, problem: null });
  expect(house.lines.filter((line) => line.includes("is in use"))).toHaveLength(1);
});

test("a broker that is stopped while its port can't be had does not begin again", async () => {
  const { broker, free } = await onTakenPort();
  void broker.start();
  await broker.stop();
  await free();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(broker.state()).toMatchObject({ listening: false, problem: null });
});

test("without a client a port in use is no problem", async () => {
  const { broker, client_id } = await onTakenPort();
  await broker.start();
  await broker.revokeClient(client_id);
  expect(broker.state()).toMatchObject({ clients: [], problem: null });
});

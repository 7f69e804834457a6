import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../scripts/processes/free-port.ts";
import type { BrokerState, NewClient } from "../../src/broker/broker-state.ts";
import type { AccountState } from "../../src/keeper/account.ts";
import { aCloud, aFolder, aGatewayAt, contentOf, signIn } from "./stage.ts";

const QUERY = JSON.stringify({
  header: { namespace: "Uhome.Device", name: "Discovery", messageId: "1", payloadVersion: "1" },
  payload: {},
});

test("a program asks the U-tec API with curl and never sees the token, which is replaced when the cloud refuses it", async () => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const port = await freePort();
  const environment = { UTEC_GATEWAY_BROKER_PORT: String(port), UTEC_GATEWAY_LOG_LEVEL: "trace" };
  const start = () => aGatewayAt(cloud, onTestFinished, { dataFolder, environment });
  const gateway = await start();
  const { id, name } = await signIn(gateway, cloud);
  expect(await gateway.get<BrokerState>("api/broker/clients")).toEqual({
    port,
    listening: false,
    problem: null,
    clients: [],
  });
  const { client, token } = await gateway.post<NewClient>("api/broker/clients", {
    name: "Dashboard",
    accounts: [id],
    methods: ["POST"],
    path_prefixes: ["/action"],
  });
  const ask = async (): Promise<string> => {
    const url = `http://127.0.0.1:${port}/proxy/${encodeURIComponent(name)}/action`;
    const headers = ["-H", `Authorization: Bearer ${token}`, "-H", "Content-Type: application/json"];
    return (await promisify(execFile)("curl", ["-sS", ...headers, "-d", QUERY, url])).stdout;
  };
  expect(await ask()).toContain('"devices":[');

  // The cloud says so in HTTP 200.
  cloud.control.expire();
  expect(await ask()).toContain('"devices":[');
  expect((await gateway.get<{ accounts: AccountState[] }>("api/accounts")).accounts[0]?.generation).toBe(2);

  await gateway.stop();
  const again = await start();
  await expect.poll(() => again.get<BrokerState>("api/broker/clients")).toMatchObject({ listening: true });
  expect(await ask()).toContain('"devices":[');
  const files = [...contentOf(dataFolder).values()].join("\n");
  for (const written of [gateway.output, again.output, files]) expect(written).not.toContain(token);

  await again.post("api/broker/clients/revoke", { client_id: client.id });
  await expect(ask()).rejects.toThrow(/Could not connect|Failed to connect/);
});

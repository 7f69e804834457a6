import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { aCloud, aFolder, aGatewayAt, signIn } from "../stage.ts";

interface Got {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

async function ask(base: string, path: string, body?: unknown): Promise<Got> {
  const response = await fetch(`${base}${path}`, {
    ...(body === undefined
      ? {}
      : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), body: JSON.parse(text) as unknown };
}

test("programs that know uteclocal are answered on their port, and after a restart in an outage too", async () => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const port = await freePort();
  const environment = {
    UTEC_GATEWAY_COMPATIBILITY: "true",
    UTEC_GATEWAY_COMPATIBILITY_PORT: String(port),
    UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
  };
  const base = `http://127.0.0.1:${port}`;
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder, environment });
  expect(await ask(base, "/api/devices")).toMatchObject({ status: 401, body: { detail: expect.any(String) } });
  await signIn(gateway, cloud);
  const list = await ask(base, "/api/devices");
  console.log(JSON.stringify(list.body, null, 1));
  expect(list).toMatchObject({ status: 200, type: "application/json" });
  const [lock] = (list.body as { payload: { devices: { id: string }[] } }).payload.devices;
  const states = await ask(base, "/api/status", { id: lock?.id });
  console.log(JSON.stringify(states));
  console.log(JSON.stringify(await ask(base, "/api/unlock", { id: lock?.id })));
  console.log(JSON.stringify(await ask(base, "/health")), JSON.stringify(await ask(base, "/api/config")));
});

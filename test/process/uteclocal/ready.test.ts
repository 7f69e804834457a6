import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { aFolder, aGateway } from "../stage.ts";

test("who waits for the gateway's word that it is ready finds the port for programs that know uteclocal", async () => {
  const port = await freePort();
  const gateway = await aGateway(onTestFinished, {
    dataFolder: aFolder(onTestFinished),
    environment: {
      UTEC_GATEWAY_COMPATIBILITY: "true",
      UTEC_GATEWAY_COMPATIBILITY_HOST: "127.0.0.1",
      UTEC_GATEWAY_COMPATIBILITY_PORT: String(port),
    },
  });
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  const said = gateway.records.map(({ message }) => message);
  expect(said.indexOf("Programs that know uteclocal are answered.")).toBeGreaterThan(-1);
  expect(said.indexOf("Ready.")).toBeGreaterThan(said.indexOf("Programs that know uteclocal are answered."));
});

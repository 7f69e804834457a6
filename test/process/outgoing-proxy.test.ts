import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { FakeHomeAssistant } from "../home-assistant-link/fake-home-assistant.ts";
import { hasOpenssl, selfSigned, tlsFront } from "../machine/connections/certificate.ts";
import { ForwardProxy } from "../machine/connections/forward-proxy.ts";
import { aCloud, aFolder, aGateway, expectOneSentence, refusalOf, signIn } from "./stage.ts";

/** The names lead nowhere but through the proxy. */
const CLOUD = "https://cloud.test";
const HOME = "https://ha.test";

test.skipIf(!hasOpenssl)(
  "with HTTPS_PROXY alone the gateway signs in, refreshes, asks for states and links through it, and tells nobody its password",
  async ({ onTestFinished }) => {
    const folder = aFolder(onTestFinished);
    const cloud = await aCloud(onTestFinished);
    const home = new FakeHomeAssistant();
    await home.start();
    onTestFinished(() => home.stop());
    const proxy = await ForwardProxy.start({ credentials: "gateway:canary@of the proxy" });
    onTestFinished(() => proxy.stop());
    const certificate = selfSigned("DNS:cloud.test,DNS:ha.test");
    const authority = join(folder, "authority.pem");
    writeFileSync(authority, certificate.cert);
    for (const [name, { url }] of [["cloud.test:443", cloud] as const, ["ha.test:443", home] as const]) {
      const front = await tlsFront(certificate, Number(new URL(url).port));
      onTestFinished(front.stop);
      proxy.hosts.set(name, String(front.port));
    }

    const gateway = await aGateway(onTestFinished, {
      dataFolder: folder,
      client: DEMO.client,
      cloud: { oauthUrl: cloud.oauthUrl.replace(cloud.url, CLOUD), apiUrl: cloud.apiUrl.replace(cloud.url, CLOUD) },
      environment: {
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: authority,
        HOME_ASSISTANT_URL: HOME,
        HOME_ASSISTANT_TOKEN: home.token,
        UTEC_GATEWAY_LOG_LEVEL: "trace",
      },
    });
    const { id } = await signIn(gateway, cloud);
    const { generation } = await gateway.post<{ generation: number }>("api/accounts/refresh", { account_id: id });
    expect(generation).toBe(2);
    await gateway.waitFor(({ devices }) => devices[0]?.lock_state === "locked", "the states");
    await home.untilReceived("utec_gateway/hello");

    expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT cloud.test:443", "CONNECT ha.test:443"]));
    expect(gateway.records).toContainEqual(
      expect.objectContaining({
        message: "Other machines are reached through a proxy.",
        fields: { http: null, https: `127.0.0.1:${proxy.port}` },
      }),
    );
    const password = ["canary@of", "canary%40of", Buffer.from("gateway:canary@of the proxy").toString("base64")];
    for (const secret of password) expect(gateway.output).not.toContain(secret);
  },
);

test("a proxy of another kind ends the start with one sentence that does not tell its password", async ({
  onTestFinished,
}) => {
  const refusal = await refusalOf({
    dataFolder: aFolder(onTestFinished),
    environment: { HTTPS_PROXY: "socks5://gateway:canary-canary@127.0.0.1:1080" },
  });
  expectOneSentence(refusal, "HTTPS_PROXY", "http://proxy.lan:3128");
  expect(refusal.said.join("")).not.toContain("canary");
});

import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { httpFetch } from "../../../src/jobs/http-fetch.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { Transport, TransportError } from "../../../src/utec/cloud/transport.ts";
import { House } from "../../keeper/house.ts";
import { streetForEach } from "../../keeper/street.ts";
import { hasOpenssl, selfSigned } from "./certificate.ts";

/** What a firewall or a hotel's network puts in the place of the cloud: real connections, and a certificate of its own. */
const street = streetForEach();

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The same gateway whose way to the cloud has been taken over; its token has 100 s left. */
async function takenOver(url: string): Promise<AccountState | undefined> {
  street.server.lifeS = 100;
  const { house, id } = await street.signedIn();
  house.close();
  const again = new House({
    folder: house.folder,
    url,
    fetch: httpFetch(),
    providers: [utecProvider({ oauthUrl: url, apiUrl: url })],
  });
  onTestFinished(() => again.close());
  for (let times = 0; times < 5; times++) {
    await again.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    const [state] = again.keeper.accounts();
    expect((state?.next_refresh_at ?? Infinity) - again.clock.now()).toBeLessThanOrEqual(100_000);
  }
  return again.keeper.accounts()[0];
}

describe.skipIf(!hasOpenssl)("a certificate that nobody trusts", () => {
  test("makes no repair at the token endpoint: it is tried again while the token lives, and named as it is", async () => {
    const state = await takenOver(
      await listening(createServer(selfSigned("IP:127.0.0.1"), (_, response) => response.end())),
    );
    expect(state).toMatchObject({
      status: "retrying",
      reason: "cloud_unreachable",
      last_error: { class: "transient", code: "certificate_not_trusted" },
      incident: { closed_at: expect.any(Number) },
    });
    expect(state?.last_error?.message).toContain("certificate");
    expect(state?.last_error?.message).not.toMatch(/client|secret/);
  });

  test("is named at the API, and nothing was sent to whoever showed it", async () => {
    const url = await listening(createServer(selfSigned("IP:127.0.0.1"), (_, response) => response.end()));
    const transport = new Transport();
    onTestFinished(() => transport.close());
    const error = await transport.post(new URL(url), { headers: {}, body: "{}" }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code: "unreachable", mayHaveActed: false });
    expect(String(error)).toContain("its certificate can't be trusted");
  });
});

test("a server without encryption in the cloud's place is an outage", async () => {
  const state = await takenOver(await listening(createHttpServer((_, response) => response.end("<html>"))));
  expect(state).toMatchObject({
    status: "retrying",
    last_error: { class: "transient", code: "encryption_failed" },
  });
});

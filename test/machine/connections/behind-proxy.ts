import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { openSocket } from "../../../src/home-assistant/connection/socket.ts";
import type { CoreSocket } from "../../../src/home-assistant/connection/socket.ts";
import { httpFetch } from "../../../src/jobs/http-fetch.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { proxyFor, proxyName } from "../../../src/outgoing/proxy.ts";
import type { ProxySettings } from "../../../src/outgoing/proxy.ts";
import { Transport } from "../../../src/utec/cloud/transport.ts";
import type { TransportOptions } from "../../../src/utec/cloud/transport.ts";
import { FakeHomeAssistant } from "../../home-assistant-link/fake-home-assistant.ts";
import { DETAILS } from "../../keeper/house.ts";
import type { House } from "../../keeper/house.ts";
import { streetForEach } from "../../keeper/street.ts";
import { hasOpenssl, selfSigned, tlsFront } from "./certificate.ts";
import type { Certificate } from "./certificate.ts";
import { ForwardProxy } from "./forward-proxy.ts";

export const CREDENTIALS = "gateway:canary@proxy/password";
/** Those in whatever form. */
export const CANARY = /canary|Y2FuYXJ5|Z2F0ZXdheTpjYW5hcnk/;

/**
 * A real forward proxy, which alone knows where the names of these tests lead: whatever arrives there has gone through
 * it, and a look-up of a name would fail. Called once in a file, at its top.
 */
export function behindProxy() {
  const street = streetForEach();
  const ends: (() => void | Promise<void>)[] = [];
  let certificate: Certificate;
  let authorities: string[] = [];

  beforeAll(() => {
    if (!hasOpenssl) return;
    certificate = selfSigned("DNS:cloud.test,DNS:ha.test,IP:127.0.0.1");
    authorities = getCACertificates("default");
    setDefaultCACertificates([...authorities, certificate.cert.toString()]);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
  afterAll(() => {
    if (hasOpenssl) setDefaultCACertificates(authorities);
  });

  async function aProxy(credentials?: string): Promise<ForwardProxy> {
    const proxy = await ForwardProxy.start(credentials === undefined ? {} : { credentials });
    ends.push(() => proxy.stop());
    return proxy;
  }

  /** Has the proxy lead `name` (host and port) to a port on loopback, through TLS where it says so. */
  async function lead(proxy: ForwardProxy, name: string, url: string, secured = name.endsWith(":443")): Promise<void> {
    const { port } = new URL(url);
    if (!secured) return void proxy.hosts.set(name, port);
    const front = await tlsFront(certificate, Number(port));
    ends.push(front.stop);
    proxy.hosts.set(name, String(front.port));
  }

  async function serverThat(answers: RequestListener): Promise<string> {
    const server = createServer(answers);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A gateway whose cloud is at a name; its worker's procedure in this thread. */
  function aHouse(cloud: string, proxies: ProxySettings): House {
    return street.build({
      fetch: httpFetch(proxies),
      proxyOf: (url) => {
        const proxy = proxyFor(proxies, url);
        return proxy === null ? null : proxyName(proxy);
      },
      providers: [{ ...utecProvider({ oauthUrl: cloud, apiUrl: cloud }), revocationUrl: `${cloud}/revoke` }],
    });
  }

  function aTransport(options: TransportOptions): Transport {
    const transport = new Transport(options);
    ends.push(() => transport.close());
    return transport;
  }

  async function aHome(): Promise<FakeHomeAssistant> {
    const home = new FakeHomeAssistant();
    await home.start();
    ends.push(() => home.stop());
    return home;
  }

  async function signedIn(): Promise<{ proxy: ForwardProxy; house: House; refresh: () => Promise<unknown> }> {
    const proxy = await aProxy(CREDENTIALS);
    await lead(proxy, "cloud.test:443", street.server.url);
    const house = aHouse("https://cloud.test", through(proxy.url));
    const { id } = house.keeper.addAccount(DETAILS);
    await house.keeper.exchange(street.server.code(), id);
    const refresh = (): Promise<unknown> => house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    return { proxy, house, refresh };
  }

  return {
    street,
    ends,
    theCertificate: () => certificate,
    aProxy,
    lead,
    serverThat,
    aHouse,
    aTransport,
    aHome,
    signedIn,
  };
}

export function through(url: string): ProxySettings {
  return { http: url, https: url, exceptions: [] };
}

export function post(transport: Transport, url: string): ReturnType<Transport["post"]> {
  return transport.post(new URL(url), { headers: { authorization: "Bearer t" }, body: "{}" });
}

export function dial(
  target: Parameters<typeof openSocket>[0],
  proxies: ProxySettings,
  timeoutMs = 5000,
): Promise<CoreSocket> {
  const { signal } = new AbortController();
  return openSocket(target, { clock: systemClock, timeoutMs, signal, proxies, onBroken: () => {} });
}

export function account(house: House): AccountState {
  const [only] = house.keeper.accounts();
  if (only === undefined) throw new Error("There is no account.");
  return only;
}

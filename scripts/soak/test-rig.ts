import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountState } from "../../src/keeper/account.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import type { CloudSettings } from "../../src/simulator/settings/cloud-settings.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { launchGateway } from "../processes/gateway-process.ts";
import type { GatewayProcess } from "../processes/gateway-process.ts";
import { removeFolder } from "../../test/remove-folder.ts";

/** Nobody listens there: what the cloud redirects to is pasted. */
const REDIRECT_URI = "http://127.0.0.1:8099/oauth/callback";

/** A simulated cloud and a data folder, on which gateways come and go. */
export class TestRig {
  readonly cloud: Simulator;
  readonly folder: string;
  readonly #entry: string;
  readonly #gateways = new Set<GatewayProcess>();

  private constructor(cloud: Simulator, entry: string) {
    this.cloud = cloud;
    this.folder = mkdtempSync(join(tmpdir(), "utec-gateway-rig-"));
    this.#entry = entry;
  }

  /** @param entry what runs as the gateway: the sources, or the bundle */
  static async open(entry: string, settings: Partial<CloudSettings> = {}): Promise<TestRig> {
    return new TestRig(await startSimulator({ settings }), entry);
  }

  /** A gateway process on the folder; nothing is waited for. */
  launch(): GatewayProcess {
    const gateway = launchGateway({
      dataFolder: this.folder,
      entry: this.#entry,
      cloud: this.cloud,
      client: DEMO.client,
      environment: { UTEC_GATEWAY_REDIRECT_URI: REDIRECT_URI },
    });
    this.#gateways.add(gateway);
    void gateway.ended().then(() => this.#gateways.delete(gateway));
    return gateway;
  }

  /** A gateway that is ready. */
  async start(): Promise<GatewayProcess> {
    const gateway = this.launch();
    await gateway.ready();
    return gateway;
  }

  /** Signs the gateway's account in. */
  async signIn(gateway: GatewayProcess): Promise<AccountState> {
    const { id: account_id } = await gateway.account();
    const { url } = await gateway.post<{ url: string }>("api/accounts/authorise", { account_id });
    const callback_url = this.cloud.control.allow({ url });
    return gateway.post<AccountState>("api/accounts/exchange", { account_id, callback_url });
  }

  /** How many refreshes the cloud has taken, whatever it answered. */
  refreshes(): number {
    const outcomes = this.cloud.control.counters().token["refresh_token"] ?? {};
    return Object.values(outcomes).reduce((sum, times) => sum + times, 0);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#gateways].map((gateway) => gateway.kill()));
    await this.cloud.close();
    removeFolder(this.folder);
  }
}

/** Works on a rig of its own, which is gone afterwards. */
export async function onTestRig<T>(
  entry: string,
  settings: Partial<CloudSettings>,
  work: (rig: TestRig) => Promise<T>,
): Promise<T> {
  const rig = await TestRig.open(entry, settings);
  try {
    return await work(rig);
  } finally {
    await rig.close();
  }
}

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { GatewayProcess } from "../../processes/gateway-process.ts";
import { startHomeAssistant } from "../../home-assistant/home-assistant.ts";
import type { HomeAssistant } from "../../home-assistant/home-assistant.ts";
import { homeAssistantEnvironment } from "../../home-assistant/environment/environment.ts";
import { linkGateway } from "../../home-assistant/link-gateway.ts";
import type { Figure } from "../figure.ts";
import { percentile } from "../percentile.ts";

const ENTITY = "lock.front_door";
const CALLS = 40;
const WARM_UP = 4;
/** Home Assistant keeps loading for a while after it says that it is running. */
const QUIET_MS = 15_000;

/** A real Home Assistant with the bridge in it. */
export async function startCore(scratch: string): Promise<HomeAssistant> {
  const environment = await homeAssistantEnvironment(() => {});
  return startHomeAssistant({
    folder: join(scratch, "home-assistant"),
    environment,
    integration: join(import.meta.dirname, "../../../custom_components/utec_gateway"),
  });
}

/** From Home Assistant's service call to the state `locking` or `unlocking` in Home Assistant, as its frontend sees it. */
export async function serviceCall(homeAssistant: HomeAssistant, gateway: GatewayProcess): Promise<Figure[]> {
  const { client } = homeAssistant;
  await linkGateway(gateway);
  await client.waitForState(ENTITY, ({ state }) => state === "locked" || state === "unlocked");
  await delay(QUIET_MS);
  const seenAfter: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call += 1) {
    const [service, transition] = call % 2 === 0 ? ["unlock", "unlocking"] : ["lock", "locking"];
    let seen = Number.NaN;
    const stopWatching = await client.watchState(ENTITY, (state) => {
      if (state?.state === transition) seen = performance.now();
    });
    const called = performance.now();
    await client.callService("lock", service, { entity_id: ENTITY });
    if (Number.isNaN(seen)) throw new Error(`Home Assistant never showed ${transition}.`);
    seenAfter.push(seen - called);
    await stopWatching();
  }
  const measured = seenAfter.slice(WARM_UP);
  return [
    {
      name: "service call to locking, p50",
      value: percentile(measured, 0.5),
      unit: "ms",
      goal: { atMost: 50 },
      note: `Home Assistant, ${CALLS} calls`,
    },
    { name: "service call to locking, p95", value: percentile(measured, 0.95), unit: "ms", goal: { atMost: 50 } },
  ];
}

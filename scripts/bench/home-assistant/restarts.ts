import type { GatewayProcess } from "../../processes/gateway-process.ts";
import type { HomeAssistant } from "../../home-assistant/home-assistant.ts";
import type { Figure } from "../figure.ts";

const RESTARTS = 20;
const REGISTRIES = ["entity_registry_updated", "device_registry_updated"];
const ENTITY = "lock.front_door";

/** What ordinary restarts of the gateway cause in Home Assistant: no change in its registries, and no other state. */
export async function restarts(
  homeAssistant: HomeAssistant,
  first: GatewayProcess,
  start: () => Promise<GatewayProcess>,
): Promise<Figure[]> {
  const { client } = homeAssistant;
  let gateway = first;
  let events = 0;
  const states = new Set<string | undefined>();
  const ends = [await client.watchState(ENTITY, (state) => states.add(state?.state))];
  for (const event_type of REGISTRIES) {
    ends.push(await client.subscribe({ type: "subscribe_events", event_type }, () => (events += 1)));
  }
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await gateway.stop();
    gateway = await start();
    await gateway.waitFor((picture) => picture.gateway.link.status === "linked", "the link");
    await client.waitForState(ENTITY, ({ attributes }) => attributes["freshness"] === "fresh");
  }
  for (const end of ends) await end();
  return [
    { name: "registry events", value: events, unit: "events", goal: { atMost: 0 }, note: `over ${RESTARTS} restarts` },
    {
      name: "other states of a lock meanwhile",
      value: Math.max(0, states.size - 1),
      unit: "events",
      goal: { atMost: 0 },
      note: "besides the one that it was in",
    },
  ];
}

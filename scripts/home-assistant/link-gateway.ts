import type { GatewayProcess } from "../processes/gateway-process.ts";
import type { HomeAssistant } from "./home-assistant.ts";

/** Sets the integration up as a person does with "Add integration", and waits until the gateway is linked. */
export async function linkGateway(homeAssistant: HomeAssistant, gateway: GatewayProcess): Promise<void> {
  const { client } = homeAssistant;
  if ((await client.entries("utec_gateway")).length === 0) {
    const form = await client.startFlow("utec_gateway");
    const end = form.type === "form" ? await client.continueFlow(form.flow_id) : form;
    if (end.type !== "create_entry") {
      throw new Error(`Home Assistant did not set the integration up: ${end.reason ?? JSON.stringify(end.errors)}`);
    }
  }
  await gateway.waitFor((picture) => picture.gateway.link.status === "linked", "the link to Home Assistant", 60_000);
}

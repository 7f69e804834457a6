import type { SetUpPlan, SetUpState } from "../../src/state/set-up.ts";
import type { GatewayProcess } from "../processes/gateway-process.ts";

/** Has the gateway add the integration, as the button on its page does, and waits until it is linked. */
export async function linkGateway(gateway: GatewayProcess): Promise<void> {
  const path = "api/home-assistant/connect";
  // Until Home Assistant has answered its first hello, the gateway knows of nothing to do.
  await gateway.waitFor(
    ({ gateway: { link } }) => link.status === "integration_not_set_up" || link.status === "linked",
    "Home Assistant's first answer",
    60_000,
  );
  const { steps } = await gateway.get<SetUpPlan>(path);
  if (steps.includes("add")) await gateway.post<SetUpState>(path, { steps });
  await gateway.waitFor(({ gateway: { link } }) => link.status === "linked", "the link to Home Assistant", 60_000);
}

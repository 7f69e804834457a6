import { onTestFinished } from "vitest";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import { House } from "../../keeper/house.ts";

/** A cloud that runs until the test is over. */
export async function untilTestEnds<Cloud extends { close(): Promise<void> }>(
  starting: Promise<Cloud>,
): Promise<Cloud> {
  const cloud = await starting;
  onTestFinished(() => cloud.close());
  return cloud;
}

/** A gateway beside a cloud, gone when the test is over. */
export function houseBeside({ url }: { readonly url: string }, provider: Provider): House {
  const house = new House({ url, providers: [provider] });
  onTestFinished(() => house.remove());
  return house;
}

import type { Random } from "../../random.ts";
import { at, bodyObject } from "../answers/raw-answer.ts";
import { callOnce } from "./http-call.ts";
import type { CallContext } from "./http-call.ts";
import type { Provider } from "../providers/provider.ts";

/**
 * Asks the cloud whose access token this is. Null when it can't be told now: the endpoint failed, or named nobody.
 */
export async function askIdentity(
  provider: Provider,
  access_token: string,
  context: CallContext,
  random: Random,
): Promise<string | null> {
  const { identity, api } = provider;
  if (identity === null || api.url === null) return null;
  try {
    const answer = await callOnce(context, `${api.url}${identity.path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${access_token}` },
      body: JSON.stringify(identity.body).replaceAll("{uuid}", random.uuid()),
    });
    const user = at(bodyObject(answer), identity.user);
    return (typeof user === "string" && user !== "") || typeof user === "number" ? String(user) : null;
  } catch {
    return null;
  }
}

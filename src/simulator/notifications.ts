import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Grant } from "./oauth/grant.ts";

/** Where a client wants to be notified of changes, and the token by which it recognises the cloud. */
export interface NotificationTarget {
  readonly client_id: string;
  readonly user_id: string;
  readonly url: string;
  readonly access_token: string;
}

/** One target for each client and user; the last one registered wins. */
export class Notifications {
  readonly #targets = new Map<string, NotificationTarget>();

  /** False when the payload of Uhome.Configure/Set is not complete. */
  register({ client_id, user_id }: Grant, payload: JsonObject): boolean {
    const configure = payload["configure"];
    const notification = isObject(configure) ? configure["notification"] : undefined;
    if (!isObject(notification)) return false;
    const { url, access_token } = notification;
    if (typeof url !== "string" || !URL.canParse(url) || typeof access_token !== "string") return false;
    this.#targets.set(JSON.stringify([client_id, user_id]), { client_id, user_id, url, access_token });
    return true;
  }

  list(): NotificationTarget[] {
    return [...this.#targets.values()];
  }

  clear(): void {
    this.#targets.clear();
  }
}

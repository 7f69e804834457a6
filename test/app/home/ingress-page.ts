import { allow } from "../../../scripts/processes/sign-in.ts";
import { setTimeout as delay } from "node:timers/promises";
import type { AccountState, Snapshot } from "../../../src/state/picture.ts";
import type { Home } from "./home.ts";

/** The add-on's page and API as a signed-in person's browser reaches them: through Home Assistant and the Supervisor. */
export class IngressPage {
  readonly url: string;
  readonly session: string;

  private constructor(url: string, session: string) {
    this.url = url;
    this.session = session;
  }

  /** With a session of the administrator's. */
  static async open(home: Home): Promise<IngressPage> {
    const { client, url } = home.homeAssistant;
    const { slug } = home;
    const { session } = await client.ws<{ session: string }>({
      type: "supervisor/api",
      endpoint: "/ingress/session",
      method: "post",
    });
    const { ingress_url } = await client.ws<{ ingress_url: string }>({
      type: "supervisor/api",
      endpoint: `/addons/${slug}/info`,
      method: "get",
    });
    return new IngressPage(url + ingress_url, session);
  }

  /** @param body sent as JSON, where there is one */
  fetch(path: string, body?: object): Promise<Response> {
    const headers = { cookie: `ingress_session=${this.session}`, "content-type": "application/json" };
    const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return fetch(this.url + path, { ...sent, headers, redirect: "manual" });
  }

  /** @throws Error with the answer where it is none of success */
  async get<T>(path: string): Promise<T> {
    return answer<T>(await this.fetch(path));
  }

  async post<T>(path: string, body: object): Promise<T> {
    return answer<T>(await this.fetch(path, body));
  }

  state(): Promise<Snapshot> {
    return this.get<Snapshot>("api/state");
  }

  /** The only account. */
  async account(): Promise<AccountState> {
    const [account] = (await this.state()).accounts;
    if (account === undefined) throw new Error("The gateway has no account.");
    return account;
  }

  /** Asks until the picture is as wanted. @throws Error with the last picture */
  async waitFor(wanted: (picture: Snapshot) => boolean, what: string, withinMs = 30_000): Promise<Snapshot> {
    const deadline = performance.now() + withinMs;
    let last: unknown;
    while (performance.now() < deadline) {
      try {
        const picture = await this.state();
        if (wanted(picture)) return picture;
        last = picture;
      } catch (error) {
        last = String(error);
      }
      await delay(200);
    }
    throw new Error(`Waited ${withinMs} ms for ${what}; last seen: ${JSON.stringify(last)}`);
  }

  /** Signs the account in: the cloud's page, Allow, and the address of where that leads, pasted. */
  async signIn(): Promise<AccountState> {
    const { id: account_id } = await this.account();
    const { url } = await this.post<{ url: string }>("api/accounts/authorise", { account_id });
    return this.post("api/accounts/exchange", { account_id, callback_url: await allow(url) });
  }
}

async function answer<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 300)}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

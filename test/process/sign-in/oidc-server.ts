import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import type { KoaContextWithOIDC } from "oidc-provider";

export interface OidcClient {
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uri: string;
}

/** An application that asks for tokens of its own, with nobody signed in. */
export type OidcMachine = Omit<OidcClient, "redirect_uri">;

const USER = "user-1";
const REFRESH_TOKEN_LIFE_S = 3600;

/**
 * A real OAuth server: it rotates refresh tokens, and ends the whole grant when one comes twice. Everybody who opens
 * its sign-in page is taken for the one user, who allows everything.
 */
export class OidcServer {
  /** Refresh tokens in the order in which they came, and those that the server had handed out last by then. */
  readonly presented: { readonly token: string; readonly newest: string }[] = [];
  /** The OAuth errors that the token endpoint answered. */
  readonly refusals: string[] = [];
  /** Calls to the token endpoint: under way, and the most that ever were at once. */
  #underWay = 0;
  mostAtOnce = 0;
  #newest = "";
  readonly #server: Server;
  readonly #client: OidcClient;

  readonly #machines: readonly OidcMachine[];

  private constructor(server: Server, client: OidcClient, machines: readonly OidcMachine[]) {
    this.#server = server;
    this.#client = client;
    this.#machines = machines;
  }

  static async start(
    client: OidcClient,
    accessTokenLifeS: number,
    machines: readonly OidcMachine[] = [],
  ): Promise<OidcServer> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const server = new OidcServer(http, client, machines);
    server.#serve(accessTokenLifeS);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get endpoints(): { readonly authorizeUrl: string; readonly tokenUrl: string } {
    return { authorizeUrl: `${this.url}/auth`, tokenUrl: `${this.url}/token` };
  }

  /** The server's own word on an access token. */
  async isActive(token: string): Promise<boolean> {
    const { client_id, client_secret } = this.#client;
    const body = new URLSearchParams({ token, client_id, client_secret });
    const answer = await fetch(`${this.url}/token/introspection`, { method: "POST", body });
    return ((await answer.json()) as { active: boolean }).active;
  }

  /** Walks from the sign-in page to the redirect as a browser does: with cookies, from redirect to redirect. */
  async signIn(authorizeUrl: string): Promise<string> {
    const cookies = new Map<string, string>();
    let url = authorizeUrl;
    while (!url.startsWith(this.#client.redirect_uri)) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, { headers: { cookie }, redirect: "manual" });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const location = answer.headers.get("location");
      if (location === null) throw new Error(`The sign-in ended at ${answer.status}: ${await answer.text()}`);
      url = new URL(location, url).href;
    }
    return url;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(accessTokenLifeS: number): void {
    const provider = this.#provider(accessTokenLifeS);
    const callback = provider.callback() as RequestListener;
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === "/token") this.#count(response);
      if (request.url?.startsWith("/interaction/")) void allow(provider, request, response);
      else callback(request, response);
    });
  }

  #provider(accessTokenLifeS: number): Provider {
    const { client_id, client_secret, redirect_uri } = this.#client;
    const provider = new Provider(this.url, {
      clients: [
        {
          client_id,
          client_secret,
          redirect_uris: [redirect_uri],
          grant_types: ["authorization_code", "refresh_token"],
          token_endpoint_auth_method: "client_secret_post",
        },
        ...this.#machines.map((machine) => ({
          ...machine,
          redirect_uris: [],
          response_types: [],
          grant_types: ["client_credentials"],
          token_endpoint_auth_method: "client_secret_post" as const,
        })),
      ],
      // A refresh token outlives the browser's session, as with every cloud that is asked from afar.
      expiresWithSession: () => false,
      cookies: { keys: ["only-for-a-test"] },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        introspection: { enabled: true },
      },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      issueRefreshToken: () => true,
      pkce: { required: () => false },
      rotateRefreshToken: true,
      ttl: {
        AccessToken: accessTokenLifeS,
        AuthorizationCode: 60,
        ClientCredentials: accessTokenLifeS,
        Grant: REFRESH_TOKEN_LIFE_S,
        Interaction: 60,
        RefreshToken: REFRESH_TOKEN_LIFE_S,
        Session: 60,
      },
    });
    provider.on("grant.success", (context) => this.#granted(context));
    provider.on("grant.error", (_context, error) => this.refusals.push(error.error));
    return provider;
  }

  #granted({ oidc, body }: KoaContextWithOIDC): void {
    const token = oidc.params?.["refresh_token"];
    if (typeof token === "string") this.presented.push({ token, newest: this.#newest });
    this.#newest = (body as { refresh_token?: string }).refresh_token ?? "";
  }

  #count(response: ServerResponse): void {
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    response.once("close", () => (this.#underWay -= 1));
  }
}

/** What the sign-in page and the consent page do when the person presses their buttons. */
async function allow(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params, prompt } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    await provider.interactionFinished(request, response, { login: { accountId: USER } });
    return;
  }
  const grant = new provider.Grant({ accountId: USER, clientId: String(params["client_id"]) });
  grant.addOIDCScope(String(params["scope"]));
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

export const CLIENT_SECRET = "canary-client-secret-of-the-issuer";
export const REDIRECT_URI = "https://example.test/callback";

const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** A real OAuth server with its discovery document, client credentials and a revocation endpoint. */
export class Issuer {
  /** The paths that were asked, in order. */
  readonly asked: string[] = [];
  /** Answers 503 to everything while true. */
  down = false;
  /** Answers nothing while true. */
  silent = false;
  readonly #server: Server;
  #oidc: Provider | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Issuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const issuer = new Issuer(server);
    const oidc = issuer.#build();
    issuer.#oidc = oidc;
    const serve = oidc.callback();
    server.on("request", (request: IncomingMessage, response) => {
      issuer.asked.push(request.url ?? "");
      // The tests' clocks are set by hand.
      response.sendDate = false;
      if (issuer.silent) return;
      if (issuer.down) response.writeHead(503).end();
      else void serve(request, response);
    });
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Calls of one path so far. */
  count(path: string): number {
    return this.asked.filter((asked) => asked === path).length;
  }

  /** The server's own word on a token of a machine. */
  async takes(token: string): Promise<boolean> {
    return (await this.#oidc?.ClientCredentials.find(token)) !== undefined;
  }

  /** Whether a refresh token is still good. */
  async takesRefresh(token: string | null | undefined): Promise<boolean> {
    return (await this.#oidc?.RefreshToken.find(token ?? "")) !== undefined;
  }

  /** A refresh token of a public client, as its own sign-in would end with. */
  async refreshToken(): Promise<string> {
    const oidc = this.#oidc;
    const client = await oidc?.Client.find("public");
    if (oidc === undefined || client === undefined) throw new Error("no client");
    const grant = new oidc.Grant({ accountId: "user-1", clientId: client.clientId });
    grant.addOIDCScope("openid offline_access");
    const scope = "openid offline_access";
    const grantId = await grant.save();
    return new oidc.RefreshToken({ client, accountId: "user-1", grantId, scope, gty: "authorization_code" }).save();
  }

  /** What the person says on the page where the code is entered. */
  async decide(user_code: string, decision: "allow" | "deny"): Promise<void> {
    const oidc = this.#oidc;
    const code = await oidc?.DeviceCode.findByUserCode(user_code.replaceAll(/[^A-Z\d]/g, ""));
    if (oidc === undefined || code === undefined) throw new Error("no such code");
    if (decision === "deny") {
      code.error = "access_denied";
      code.errorDescription = "The person said no.";
    } else {
      const grant = new oidc.Grant({ accountId: "user-1", clientId: "public" });
      grant.addOIDCScope("openid offline_access");
      code.grantId = await grant.save();
      code.accountId = "user-1";
      code.scope = "openid offline_access";
    }
    await code.save();
  }

  /**
   * A code of the client with the browser, as its sign-in would end with.
   * @param page the sign-in page's address: the code is bound to its challenge (PKCE)
   */
  async code(page?: string): Promise<string> {
    const oidc = this.#oidc;
    const named = page === undefined ? null : new URL(page).searchParams.get("client_id");
    const client = await oidc?.Client.find(named ?? "browser");
    if (oidc === undefined || client === undefined) throw new Error("no client");
    const grant = new oidc.Grant({ accountId: "user-1", clientId: client.clientId });
    grant.addOIDCScope("openid offline_access");
    const grantId = await grant.save();
    const scope = "openid offline_access";
    const gty = "authorization_code";
    return new oidc.AuthorizationCode({
      client,
      accountId: "user-1",
      grantId,
      redirectUri: REDIRECT_URI,
      scope,
      gty,
      ...challengeOf(page),
    }).save();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #build(): Provider {
    return new Provider(this.url, {
      clients: [
        {
          client_id: "machine",
          client_secret: CLIENT_SECRET,
          redirect_uris: [],
          response_types: [],
          grant_types: ["client_credentials"],
        },
        {
          client_id: "browser",
          client_secret: CLIENT_SECRET,
          redirect_uris: [REDIRECT_URI],
          grant_types: ["authorization_code", "refresh_token"],
        },
        {
          client_id: "public",
          token_endpoint_auth_method: "none",
          redirect_uris: [REDIRECT_URI],
          grant_types: ["authorization_code", "refresh_token", DEVICE_CODE],
        },
      ],
      features: { clientCredentials: { enabled: true }, revocation: { enabled: true }, deviceFlow: { enabled: true } },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
      pkce: { required: () => false },
      rotateRefreshToken: true,
      issueRefreshToken: () => true,
      ttl: { AccessToken: 60, ClientCredentials: 600, RefreshToken: 3600, Grant: 3600, IdToken: 60 },
    });
  }
}

function challengeOf(page: string | undefined): object {
  const { searchParams } = new URL(page ?? "https://none.test");
  const codeChallenge = searchParams.get("code_challenge");
  return codeChallenge === null
    ? {}
    : { codeChallenge, codeChallengeMethod: searchParams.get("code_challenge_method") ?? "" };
}

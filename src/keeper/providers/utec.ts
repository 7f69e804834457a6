import { STANDARD, apiAt } from "./provider.ts";
import type { Provider } from "./provider.ts";

export interface UtecUrls {
  /** Base URL of the sign-in and token endpoints. Default: the U-tec cloud. */
  readonly oauthUrl?: string | null;
  /** Base URL of the actions API. Default: the U-tec cloud. */
  readonly apiUrl?: string | null;
}

/** Where every action is posted, below the API's address. */
export const UTEC_ACTION = "/action";

/** Hosts under which its API was known before: an old configuration that names one means the present one. */
export const FORMER_UTEC_HOSTS: ReadonlySet<string> = new Set(["openapi.ultraloq.com", "openapi.u-tec.com"]);

/**
 * Error codes about the access token, which come with HTTP 200. The first is in the U-tec developer documentation; a
 * shipped client treats the other two the same way.
 */
export const UTEC_TOKEN_CODES: readonly string[] = ["INVALID_TOKEN", "TOKEN_EXPIRED", "UNAUTHORIZED"];

/**
 * The U-tec (Ultraloq, Xthings Home) cloud, as its developer documentation describes it and as it was seen in the
 * field: the token endpoint answers flat or wrapped in `{code, data}`, and wraps errors in an HTTP 200.
 */
export function utecProvider(urls: UtecUrls = {}): Provider {
  const { oauthUrl, apiUrl } = utecUrls(urls);
  return {
    ...STANDARD,
    id: "utec",
    label: "the U-tec cloud",
    title: "U-tec",
    hasDevices: true,
    purpose: "Smart locks and other devices of U-tec, Ultraloq and Xthings.",
    fields: {
      required: ["client_id", "client_secret", "redirect_uri"],
      optional: [],
      clientOnly: true,
      help: {
        client_id: "As the Xthings Home app shows it under OpenAPI.",
        client_secret: "As the Xthings Home app shows it under OpenAPI.",
        redirect_uri: "Exactly the one that is saved in the Xthings Home app.",
      },
    },
    authorizeUrl: `${oauthUrl}/authorize`,
    tokenUrl: `${oauthUrl}/token`,
    scope: "openapi",
    // Documented as `authorization_code`; seen in the field as `code`.
    codeParameters: ["code", "authorization_code"],
    answerPaths: [[], ["data"]],
    envelope: { status: ["code"], messages: [["message"], ["msg"], ["data", "message"]] },
    errorRules: [
      // Whose request or connection it was says nothing of the client.
      {
        words:
          "(request|connection|gateway|server|service|upstream|database) ?(is |was |has )?(time(d)? ?out|unavailable|busy|overloaded)",
        class: "transient",
        code: "temporarily_unavailable",
      },
      { words: "client", class: "configuration", code: "invalid_client" },
      { words: "grant|refresh|token|authori[sz]ation code", class: "dead_grant", code: "invalid_grant" },
    ],
    identity: {
      path: UTEC_ACTION,
      body: {
        header: { namespace: "Uhome.User", name: "Get", messageId: "{uuid}", payloadVersion: "1" },
        payload: {},
      },
      user: ["payload", "user", "id"],
    },
    api: apiAt(apiUrl, {
      refusals: [{ path: ["payload", "error", "code"], words: UTEC_TOKEN_CODES }],
      errors: [["payload", "error"]],
    }),
  };
}

/** The base URLs that are called, without a slash at their end. */
export function utecUrls({ oauthUrl, apiUrl }: UtecUrls): { readonly oauthUrl: string; readonly apiUrl: string } {
  return {
    oauthUrl: withoutSlash(oauthUrl ?? "https://oauth.u-tec.com"),
    apiUrl: withoutSlash(apiUrl ?? "https://api.u-tec.com"),
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

/** Files as the generations of uteclocal write them, with made-up values. */
export const CLIENT = { access_key: "client-1", secret_key: "canary-client-secret" } as const;
export const TOKENS = { access_token: "canary-access-0001", refresh_token: "canary-refresh-0001" } as const;

export const A = {
  base_url: "https://api.u-tec.com",
  oauth_base_url: "https://oauth.u-tec.com",
  devices_path: "/action",
  action_path: "/action",
  ...CLIENT,
  auth_code: "canary-code-0001",
  ...TOKENS,
  token_type: "Bearer",
  token_expires_in: 601_200,
  log_level: "INFO",
  scope: "openapi",
  redirect_url: "https://example.test/callback",
  status_poll_seconds: 60,
} as const;

export const B = {
  api_base_url: "https://api.u-tec.com",
  oauth_base_url: "https://oauth.u-tec.com",
  action_path: "/action",
  ...CLIENT,
  scope: "openapi",
  redirect_uri: "https://example.test/callback",
  ...TOKENS,
  token_expires_at: "2026-01-20T08:00:00.123456",
  status_poll_interval: 60,
  auto_refresh_enabled: true,
  refresh_buffer_minutes: 5,
} as const;

export const C = { ...B, token_expires_at: "2026-08-20T08:00:00", refresh_buffer_minutes: 15 } as const;

export function json(config: object): string {
  return JSON.stringify(config, null, 2);
}

/** As it is without some of its keys. */
export function without(config: object, ...keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
}

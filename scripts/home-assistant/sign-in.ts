/** How Home Assistant's frontend creates the first user and signs in. */

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  /** Seconds from the answer on. */
  readonly expires_in: number;
}

export interface Person {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** @returns true while Home Assistant has no user yet; undefined while it does not answer or is still loading */
export async function isNew(url: string): Promise<boolean | undefined> {
  const response = await fetch(`${url}/api/onboarding`).catch(() => undefined);
  if (response?.status === 200) {
    const steps = (await response.json()) as { step: string; done: boolean }[];
    return steps.some(({ step, done }) => step === "user" && !done);
  }
  // With all steps done Home Assistant no longer has that page, but it can be asked for a sign-in.
  const providers = await fetch(`${url}/auth/providers`).catch(() => undefined);
  return response?.status === 404 && providers?.status === 200 ? false : undefined;
}

/** Makes the first user, an administrator. @throws Error with Home Assistant's answer */
export async function createFirstUser(url: string, person: Person): Promise<Tokens> {
  const { auth_code: code } = await post<{ auth_code: string }>(`${url}/api/onboarding/users`, {
    ...person,
    client_id: clientId(url),
    language: "en",
  });
  return exchange(url, { grant_type: "authorization_code", code });
}

/** Signs an existing user in. @throws Error with Home Assistant's answer */
export async function signIn(url: string, person: Person): Promise<Tokens> {
  const client = { client_id: clientId(url) };
  const flow = await post<{ flow_id: string }>(`${url}/auth/login_flow`, {
    ...client,
    handler: ["homeassistant", null],
    redirect_uri: `${url}/`,
  });
  const step = await post<{ type: string; result?: string }>(`${url}/auth/login_flow/${flow.flow_id}`, {
    ...client,
    username: person.username,
    password: person.password,
  });
  if (step.result === undefined) throw new Error(`Home Assistant does not let ${person.username} in: ${step.type}`);
  return exchange(url, { grant_type: "authorization_code", code: step.result });
}

/** A new access token. @throws Error with Home Assistant's answer */
export async function refresh(url: string, tokens: Tokens): Promise<Tokens> {
  const { refresh_token } = tokens;
  return { ...tokens, ...(await exchange(url, { grant_type: "refresh_token", refresh_token })) };
}

/** Home Assistant's own frontend is the client; its id is its address. */
export function clientId(url: string): string {
  return `${url}/`;
}

function exchange(url: string, grant: Record<string, string>): Promise<Tokens> {
  return post(`${url}/auth/token`, new URLSearchParams({ ...grant, client_id: clientId(url) }));
}

async function post<T>(url: string, body: object | URLSearchParams): Promise<T> {
  const form = body instanceof URLSearchParams;
  const response = await fetch(url, {
    method: "POST",
    ...(form ? {} : { headers: { "content-type": "application/json" } }),
    body: form ? body : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${new URL(url).pathname} was answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

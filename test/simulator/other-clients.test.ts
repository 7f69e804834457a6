import { describe, expect, test } from "vitest";
import { isObject } from "../../src/json.ts";
import type { JsonObject } from "../../src/json.ts";
import { DEMO, FRONT_DOOR } from "../../src/simulator/devices/demo.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { startCloud } from "./visitor.ts";

/**
 * What clients that people use send to the real cloud, with the words, places and oddities of each. The simulated cloud
 * must let them in and move the door: one that is stricter than the real one proves nothing about a client.
 */
interface OtherClient {
  readonly authorise: (q: Place) => string;
  /** How its redirect's code is called; live clients read `code`, one reads only what is documented. */
  readonly reads: "code" | "authorization_code";
  readonly exchange: (q: Place) => Request;
  readonly refresh: (q: Place) => Request;
  readonly headers: (q: Place) => Record<string, string>;
  /** Laid over the envelope. */
  readonly envelope?: (q: Place) => object;
  /** Laid over the header of the envelope. */
  readonly versionMember?: string;
  /** Laid over each device of a Query or Command. */
  readonly device?: (customData: unknown) => object;
}

interface Place {
  readonly oauthUrl: string;
  readonly id: string;
  readonly secret: string;
  readonly redirect: string;
  readonly code: string;
  readonly token: string;
  readonly refreshToken: string;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const text = encodeURIComponent;

const postForm =
  (body: (q: Place) => string) =>
  (q: Place): Request =>
    new Request(`${q.oauthUrl}/token`, { method: "POST", headers: FORM, body: body(q) });
const getQuery =
  (query: (q: Place) => string) =>
  (q: Place): Request =>
    new Request(`${q.oauthUrl}/token?${query(q)}`);

const exchangeForm = postForm(
  (q) =>
    `grant_type=authorization_code&code=${q.code}&redirect_uri=${text(q.redirect)}&client_id=${q.id}&client_secret=${q.secret}`,
);
const refreshForm = postForm(
  (q) => `grant_type=refresh_token&refresh_token=${q.refreshToken}&client_id=${q.id}&client_secret=${q.secret}`,
);
const exchangeQuery = getQuery(
  (q) => `grant_type=authorization_code&client_id=${q.id}&client_secret=${q.secret}&code=${q.code}`,
);
const refreshQuery = getQuery(
  (q) => `grant_type=refresh_token&client_id=${q.id}&client_secret=${q.secret}&refresh_token=${q.refreshToken}`,
);

const bearer = (q: Place): Record<string, string> => ({
  authorization: `Bearer ${q.token}`,
  "content-type": "application/json",
});
const plain = (state: string) => (q: Place) =>
  `response_type=code&client_id=${q.id}&redirect_uri=${text(q.redirect)}&scope=openapi${state}`;
const withSecret = (state: string) => (q: Place) => `${plain(state)(q)}&client_secret=${q.secret}`;

const CLIENTS: Readonly<Record<string, OtherClient>> = {
  "Uhome-HA, whose library calls the custom data by another name": {
    authorise: plain("&state=eyJhbGciOiJIUzI1NiJ9.eyJmbG93X2lkIjoiMSJ9.c2ln"),
    reads: "code",
    exchange: exchangeForm,
    refresh: refreshForm,
    headers: bearer,
    device: (customData) => ({ custom_data: customData }),
  },
  "uteclocal, with needless headers": {
    authorise: withSecret("&state=uteclocal"),
    reads: "code",
    exchange: exchangeForm,
    refresh: refreshForm,
    headers: (q) => ({ ...bearer(q), "x-access-key": q.id, "x-secret-key": q.secret, "x-scope": "openapi" }),
  },
  "uteclocal-HA, with needless members and without a state": {
    authorise: plain(""),
    reads: "code",
    exchange: exchangeForm,
    refresh: refreshForm,
    headers: bearer,
    envelope: (q) => ({ accessKey: q.id, secretKey: q.secret }),
  },
  "Hubitat, with a long address for a state": {
    authorise: plain(`&state=${text(`https://cloud.hubitat.com/oauth/${"a".repeat(300)}?access_token=b`)}`),
    reads: "code",
    exchange: exchangeForm,
    refresh: refreshForm,
    headers: bearer,
  },
  "aljopro, which exchanges its code without the secret": {
    authorise: withSecret("&state=1"),
    reads: "code",
    exchange: getQuery((q) => `grant_type=authorization_code&client_id=${q.id}&code=${q.code}`),
    refresh: refreshQuery,
    headers: bearer,
    device: (customData) => ({ customData }),
  },
  "GuestKey, which reads what is documented": {
    authorise: withSecret("&state=1"),
    reads: "authorization_code",
    exchange: exchangeQuery,
    refresh: refreshQuery,
    headers: bearer,
  },
  "VikBooking, which asks by query and refreshes by form": {
    authorise: withSecret("&state=1"),
    reads: "code",
    exchange: exchangeQuery,
    refresh: refreshForm,
    headers: bearer,
  },
  "a web client that names its redirect URI in the query": {
    authorise: plain("&state=1"),
    reads: "code",
    exchange: getQuery(
      (q) =>
        `grant_type=authorization_code&client_id=${q.id}&client_secret=${q.secret}&code=${q.code}&redirect_uri=${text(q.redirect)}`,
    ),
    refresh: refreshQuery,
    headers: bearer,
  },
  "hut8, which posts a query and no body": {
    authorise: withSecret("&state=1"),
    reads: "code",
    exchange: (q) => new Request(exchangeQuery(q).url, { method: "POST" }),
    refresh: (q) => new Request(refreshQuery(q).url, { method: "POST" }),
    headers: bearer,
  },
  "a client by the documentation's second way, with its misspelt version": {
    authorise: withSecret("&state=1"),
    reads: "authorization_code",
    exchange: exchangeQuery,
    refresh: refreshQuery,
    headers: () => ({ "content-type": "application/json" }),
    envelope: (q) => ({ authentication: { type: "Bearer", token: q.token } }),
    versionMember: "playloadVersion",
    device: (customData) => ({ customData }),
  },
};

describe.each(Object.entries(CLIENTS))("%s", (_name, client) => {
  test("signs in, sees the door, moves it, and refreshes", async () => {
    const cloud = await startCloud({ settings: { callback_parameter: client.reads } });
    let place = await signIn(cloud, client);

    const { devices } = await action(cloud, client, place, "Discovery", {});
    const door = devices.find(({ id }) => id === FRONT_DOOR.id) ?? {};
    const named = { id: FRONT_DOOR.id, ...client.device?.(door["customData"]) };
    for (const [name, shown] of [
      ["unlock", "Unlocked"],
      ["lock", "Locked"],
    ]) {
      const command = { capability: "st.lock", name };
      const answer = await action(cloud, client, place, "Command", { devices: [{ ...named, command }] });
      expect(answer.devices[0]?.["states"]).toEqual([
        { capability: "st.deferredResponse", name: "seconds", value: 20 },
      ]);
      const states = (await action(cloud, client, place, "Query", { devices: [named] })).devices[0]?.["states"];
      expect(states).toContainEqual({ capability: "st.lock", name: "lockState", value: shown });
    }

    place = await tokens(place, await fetch(client.refresh(place)));
    expect((await action(cloud, client, place, "Discovery", {})).devices).toHaveLength(2);
  });
});

test("a cloud that is told to be strict asks for the secret and for the custom data", async () => {
  const strict = { client_secret_required: true, custom_data_required: true };
  const cloud = await startCloud({ settings: strict });
  const uhome = CLIENTS["Uhome-HA, whose library calls the custom data by another name"];
  const aljopro = CLIENTS["aljopro, which exchanges its code without the secret"];
  if (uhome === undefined || aljopro === undefined) throw new Error("The clients have other names now.");
  const place = await signIn(cloud, uhome);
  const { devices } = await action(cloud, uhome, place, "Query", { devices: [{ id: FRONT_DOOR.id }] });
  expect(devices).toMatchObject([{ error: { code: "BAD-REQUEST" } }]);
  await expect(signIn(cloud, aljopro)).rejects.toThrow("no access token");
});

async function signIn(cloud: Simulator, client: OtherClient): Promise<Place> {
  const { client_id: id, client_secret: secret, redirect_uris } = DEMO.client;
  const [redirect = ""] = redirect_uris;
  const place = { oauthUrl: cloud.oauthUrl, id, secret, redirect, code: "", token: "", refreshToken: "" };
  const page = `${cloud.oauthUrl}/authorize?${client.authorise(place)}`;
  expect((await fetch(page)).status).toBe(200);
  const form = new URLSearchParams({ user: DEMO.user.id, decision: "allow" });
  const sent = await fetch(page, { method: "POST", body: form, redirect: "manual" });
  const code = new URL(sent.headers.get("location") ?? "about:blank").searchParams.get(client.reads) ?? "";
  const ready = { ...place, code };
  return tokens(ready, await fetch(client.exchange(ready)));
}

async function tokens(place: Place, response: Response): Promise<Place> {
  const body: unknown = await response.json();
  const inside = isObject(body) && isObject(body["data"]) ? body["data"] : body;
  const { access_token, refresh_token } = isObject(inside) ? inside : {};
  if (typeof access_token !== "string") throw new Error("no access token");
  return { ...place, token: access_token, refreshToken: String(refresh_token) };
}

async function action(
  cloud: Simulator,
  client: OtherClient,
  place: Place,
  name: string,
  payload: object,
): Promise<{ readonly devices: readonly JsonObject[] }> {
  const messageId = "6f2f8f3e-5d0b-4a55-9c43-6f7a1d0b8c11";
  const header = { namespace: "Uhome.Device", name, messageId, [client.versionMember ?? "payloadVersion"]: "1" };
  const body = JSON.stringify({ header, ...client.envelope?.(place), payload });
  const response = await fetch(`${cloud.apiUrl}/action`, { method: "POST", headers: client.headers(place), body });
  const answer: unknown = await response.json();
  const { devices } = isObject(answer) && isObject(answer["payload"]) ? answer["payload"] : {};
  if (!Array.isArray(devices)) throw new Error(`${name} was answered ${JSON.stringify(answer)}`);
  return { devices: devices.filter(isObject) };
}

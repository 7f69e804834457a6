import { expect, test } from "vitest";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { REDIRECT_URI, startCloud, Visitor } from "../visitor.ts";

test("the sign-in page names the client, the scope and the user, and needs no script", async () => {
  const visitor = new Visitor(await startCloud());
  const response = await fetch(visitor.authoriseUrl());
  const page = await response.text();
  expect(response.headers.get("content-type")).toContain("text/html");
  for (const part of ["demo-client", "openapi", "Robin Marsh", 'value="allow"', 'value="deny"']) {
    expect(page).toContain(part);
  }
  expect(page).not.toContain("<script");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("what a client writes into its request is text on the page, not markup", async () => {
  const visitor = new Visitor(await startCloud());
  const page = await (await fetch(visitor.authoriseUrl({ scope: "<b>&\"'" }))).text();
  expect(page).toContain("&lt;b&gt;&amp;&quot;&#39;");
});

test("Allow leads back with a code and the state", async () => {
  const visitor = new Visitor(await startCloud());
  const url = await visitor.decide("allow");
  expect(url.origin + url.pathname).toBe(REDIRECT_URI);
  expect(url.searchParams.get("state")).toBe("s-1");
  expect(await visitor.exchange(url.searchParams.get("code") ?? "")).toMatchObject({ status: 200 });
  expect(visitor.accessToken).not.toBe("");
});

test("the code can come as authorization_code, as it is documented", async () => {
  const visitor = new Visitor(await startCloud({ settings: { callback_parameter: "authorization_code" } }));
  const url = await visitor.decide("allow");
  expect(url.searchParams.has("code")).toBe(false);
  await visitor.exchange(url.searchParams.get("authorization_code") ?? "");
  expect(visitor.accessToken).not.toBe("");
});

test("Deny leads back with access_denied and the state", async () => {
  const visitor = new Visitor(await startCloud());
  const { searchParams } = await visitor.decide("deny");
  expect(Object.fromEntries(searchParams)).toMatchObject({ error: "access_denied", state: "s-1" });
  expect(visitor.cloud.control.counters().authorise).toEqual({ denied: 1 });
});

test.for([
  [{ client_id: "" }, "no client id supplied"],
  [{ client_id: "somebody" }, "invalid client id"],
  [{ redirect_uri: `${REDIRECT_URI}/` }, "invalid redirect uri"],
  [{ response_type: "token" }, "invalid response type"],
] as const)("a request with %o ends on a page that says: %s", async ([changes, words]) => {
  const visitor = new Visitor(await startCloud());
  for (const method of ["GET", "POST"]) {
    const response = await fetch(visitor.authoriseUrl(changes), { method, redirect: "manual" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words);
  }
});

test("a code belongs to the user who was picked", async () => {
  const other = { ...DEMO.user, id: "a".repeat(32), first_name: "Kim" };
  const cloud = await startCloud({ users: [DEMO.user, other] });
  const visitor = await Visitor.signedIn(cloud, other.id);
  expect(await visitor.action("Uhome.User/Get")).toEqual({
    user: { id: other.id, first_name: "Kim", last_name: "Marsh" },
  });
});

test("nobody signs in as a user who does not exist", async () => {
  const visitor = new Visitor(await startCloud());
  expect((await visitor.decide("allow", "nobody")).href).toBe("about:blank");
});

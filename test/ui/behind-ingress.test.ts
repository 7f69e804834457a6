import { createServer, request } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { aGateway } from "../state/models.ts";
import { INGRESS, aStage } from "../http/stage.ts";
import { anEntry } from "../activity/house.ts";
import { PageStage } from "./stage.ts";

/** The page on the gateway's own server, behind a proxy that names the user as ingress does. */
let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

test("who is no administrator is refused nothing that the page asks for, and has nothing to press", async () => {
  const gateway = await aStage({
    pageFolder: stage.builtPage,
    ingressPeer: INGRESS,
    admins: () => Promise.resolve(false),
  });
  gateway.activity.add(anEntry());
  const { page, complaints } = await stage.open(await ingressFor("berta", gateway.port));
  await page.getByRole("heading", { name: "Front door" }).waitFor();
  expect(await page.getByText("Only administrators of Home Assistant can do this.").count()).toBeGreaterThan(1);
  expect(await page.getByRole("button", { disabled: false, name: /Lock|Unlock|Refresh/ }).count()).toBe(0);
  expect(await page.locator(".story").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("an administrator who opens the page before the link is up acts once it is, without a reload", async () => {
  let answer: boolean | null = null;
  const gateway = await aStage({
    pageFolder: stage.builtPage,
    ingressPeer: INGRESS,
    admins: () => Promise.resolve(answer),
  });
  gateway.activity.add(anEntry());
  const { page } = await stage.open(await ingressFor("anna", gateway.port));
  await page.evaluate("window.marked = true");
  await page.getByText("could not be asked yet whether you are an administrator").first().waitFor();
  answer = true;
  gateway.picture.update({ gateway: { link: { ...aGateway().link, status: "linked" } } });
  await page.locator(".story li").first().waitFor();
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect
    .poll(() => gateway.door.requests)
    .toMatchObject([{ name: "unlock", origin: { kind: "page", name: "anna", user_id: "anna" } }]);
  expect(await page.evaluate("window.marked")).toBe(true);
});

/** A proxy in the place of the Supervisor; returns its address. */
async function ingressFor(user: string, port: number): Promise<string> {
  const ask = (from: IncomingMessage, headers: OutgoingHttpHeaders): ReturnType<typeof request> =>
    request({
      host: "127.0.0.1",
      localAddress: INGRESS,
      port,
      method: from.method,
      path: from.url,
      headers: { ...headers, "x-remote-user-id": user, "x-remote-user-name": user },
      agent: false,
    });
  const proxy = createServer((incoming, outgoing) => {
    const sent = ask(incoming, incoming.headers);
    sent.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    sent.on("error", () => outgoing.destroy());
    incoming.pipe(sent);
  });
  proxy.on("upgrade", (incoming, socket) => {
    socket.on("error", () => socket.destroy());
    const sent = ask(incoming, incoming.headers);
    sent.on("upgrade", (answer, upgraded, begun) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(["HTTP/1.1 101 Switching Protocols", ...lines, "", ""].join("\r\n"));
      socket.write(begun);
      upgraded.on("error", () => upgraded.destroy());
      upgraded.pipe(socket).pipe(upgraded);
    });
    sent.on("error", () => socket.destroy());
    sent.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`;
}

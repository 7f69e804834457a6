import { expect, test } from "vitest";
import { paths } from "../../src/http/openapi/paths.ts";
import { Problem } from "../../src/problem.ts";
import { aStage } from "./stage.ts";

const CANARY = "canary/client+secret=4711";
const TOKEN = "canary-refresh-token-0815";

test("no answer and no feed message holds a secret, however deep it hides in an error", async () => {
  const { ask, post, feed, desk, door, sink, secrets, picture } = await aStage();
  secrets.add(TOKEN);
  const page = feed();
  const heard = [await page.next()];
  page.say({ type: "follow_log", level: "trace" });
  heard.push(await page.next());

  const details = { name: "Cabin", client_id: "client", client_secret: CANARY, redirect_uri: "http://localhost/" };
  const answers = [await post("/api/accounts", details)];
  // Whether the answers are as described is another test's question: api/openapi.test.ts.
  const unchecked = true;
  const leaky = (): Problem =>
    new Problem("cloud_error", `The cloud said: bad ${CANARY}, ${encodeURIComponent(CANARY)}.`, {
      cause: new Error(`POST /token?refresh_token=${TOKEN}`),
    });
  for (const [path, { post: acts, get: reads }] of Object.entries(paths)) {
    desk.fault = leaky();
    door.fault = leaky();
    if (acts) {
      const body = { account_id: "home", callback_url: `?code=${TOKEN}`, device_id: "door", name: "lock" };
      const taken = Object.fromEntries(
        Object.entries(body).filter(([name]) => JSON.stringify(acts).includes(`"${name}"`)),
      );
      answers.push(await post(path, path === "/api/accounts" ? details : taken, { unchecked }));
    }
    if (reads)
      answers.push(await ask(`${path}${/\/(events|settings)$/.test(path) ? "?account_id=home" : ""}`, { unchecked }));
    desk.fault = new TypeError(`undefined is no ${CANARY} of ${TOKEN}`);
    if (acts) answers.push(await post(path, { account_id: "home" }, { unchecked }));
  }
  picture.update({ removed_accounts: ["home"] });
  for (let message = await page.next(); message.type !== "update"; message = await page.next()) heard.push(message);
  answers.push(await ask("/api/log"));

  const said = JSON.stringify([answers.map(({ text, headers }) => [text, headers]), heard, sink.tail()]);
  for (const secret of [CANARY, TOKEN]) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64url")]) {
      expect(said).not.toContain(form);
    }
  }
  // The faults did pass through: without them the silence above would prove nothing.
  expect(said).toContain("The cloud said: bad [secret], [secret].");
  expect(sink.tail("error").length).toBeGreaterThan(0);
});

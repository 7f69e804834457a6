import { expect, test } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { INGRESS, aStage } from "../stage.ts";

const ADMIN = { from: INGRESS, headers: { "x-remote-user-id": "anna", "x-remote-user-display-name": "Anna" } };

test("the integration is installed and Home Assistant restarted when somebody asks for it, who is named", async () => {
  const { ask, post, integration } = await aStage({ ingressPeer: INGRESS, admins: () => Promise.resolve(true) });
  expect((await ask("/api/integration", ADMIN)).json).toMatchObject({ status: "absent", installed_version: null });
  expect(integration.asked).toEqual([]);
  expect((await post("/api/integration/install", {}, ADMIN)).json).toMatchObject({
    status: "installed",
    installed_by: "gateway",
    restart_needed: true,
  });
  expect(await post("/api/home-assistant/restart", {}, ADMIN)).toMatchObject({ status: 202, json: {} });
  expect(integration.asked).toEqual([
    ["install", { by: "ingress", user_id: "anna", user_name: "Anna" }],
    ["restart", { by: "ingress", user_id: "anna", user_name: "Anna" }],
  ]);
});

test("what the integration's folder or Home Assistant refuses is said", async () => {
  const { post, integration } = await aStage();
  for (const [path, code, status] of [
    ["/api/integration/install", "integration_not_replaceable", 409],
    ["/api/integration/install", "integration_folder_unusable", 503],
    ["/api/home-assistant/restart", "home_assistant_unreachable", 503],
    ["/api/home-assistant/restart", "home_assistant_refused", 422],
  ] as const) {
    integration.fault = new Problem(code, "Do this.");
    expect(await post(path, {})).toMatchObject({ status, json: { code, detail: "Do this." } });
  }
});

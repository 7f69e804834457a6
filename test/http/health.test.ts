import { describe, expect, test } from "vitest";
import { TOKEN_STATUSES } from "../../src/keeper/account.ts";
import { anAccount } from "../state/models.ts";
import { aStage } from "./stage.ts";

const NEEDS_A_PERSON = new Set(["sign_in_needed", "misconfigured", "store_failed"]);

describe("whether a person is needed", () => {
  test.each(TOKEN_STATUSES)("an account that is %s", async (status) => {
    const { ask, picture } = await aStage();
    picture.update({ accounts: [anAccount({ status })] });
    const health = await ask("/health");
    if (NEEDS_A_PERSON.has(status)) {
      expect(health.status).toBe(503);
      expect(health.json).toMatchObject({ status: "person_needed", problems: [{ account: "Home", code: status }] });
    } else {
      expect([health.status, health.json]).toEqual([200, { status: "ok", problems: [] }]);
    }
  });

  test("a misconfigured account says what the cloud said of it", async () => {
    const { ask, picture } = await aStage();
    const last_error = {
      class: "configuration",
      code: "invalid_client",
      message: "The client id is wrong.",
      at: 1,
    } as const;
    picture.update({ accounts: [anAccount({ status: "misconfigured", last_error })] });
    expect((await ask("/health")).json).toMatchObject({ problems: [{ message: "The client id is wrong." }] });
  });

  test("a secret that the cloud repeated is not repeated again", async () => {
    const { ask, picture, secrets } = await aStage();
    secrets.add("a secret of the client");
    const message = "The cloud refused a secret of the client.";
    const last_error = { class: "configuration", code: "invalid_client", message, at: 1 } as const;
    picture.update({ accounts: [anAccount({ status: "misconfigured", last_error })] });
    expect((await ask("/health")).text).toContain("The cloud refused [secret].");
  });

  test("a wrong setting needs one too", async () => {
    const { ask, picture } = await aStage();
    picture.update({ gateway: { problems: [{ field: "poll_interval", message: "poll_interval must be a number." }] } });
    const { status, json } = await ask("/health");
    expect(status).toBe(503);
    expect(json).toEqual({
      status: "person_needed",
      problems: [{ code: "settings_invalid", message: "poll_interval must be a number." }],
    });
  });

  test("nobody is needed to keep the process alive, whatever the accounts say", async () => {
    const { ask, picture } = await aStage();
    picture.update({ accounts: [anAccount({ status: "sign_in_needed" })] });
    const { status, json } = await ask("/health/live");
    expect([status, json]).toEqual([200, { status: "ok", version: "1.2.3" }]);
  });
});

import { expect, test } from "vitest";
import { CoreError } from "../../../src/home-assistant/connection/core.ts";
import type { CoreCommand } from "../../../src/home-assistant/connection/core.ts";
import { LinkedCore } from "../../../src/home-assistant/set-up/running-core.ts";

type Answers = Readonly<Partial<Record<CoreCommand["type"], unknown>>>;

/** A link over which Home Assistant answers as given; errors are thrown. */
function coreWith(answers: Answers): { core: LinkedCore; asked: CoreCommand[] } {
  const asked: CoreCommand[] = [];
  const call = async (command: CoreCommand): Promise<unknown> => {
    asked.push(command);
    await Promise.resolve();
    const answer = answers[command.type];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { core: new LinkedCore(() => ({ call })), asked };
}

const lost = new CoreError("connection_lost", "The connection to Home Assistant is lost.");

test.for([
  ["the version that Home Assistant has read", { domain: "utec_gateway", version: "1.2.0" }, "1.2.0"],
  ["null where it does not know the integration", new CoreError("not_found", "Integration not found"), null],
  ["undefined where it can't be asked", lost, undefined],
] as const)("the integration's version is %s", async ([, answer, version]) => {
  expect(await coreWith({ "manifest/get": answer }).core.integrationVersion()).toBe(version);
});

test("a restart is Home Assistant's own service, which checks the configuration", async () => {
  const { core, asked } = coreWith({ call_service: null });
  await core.restart();
  expect(asked.at(-1)).toEqual({ type: "call_service", domain: "homeassistant", service: "restart" });
});

test.for([lost, new CoreError("no_answer", "Home Assistant did not answer call_service.")])(
  "a restart that ends with $code is under way: nothing else answers when it stops",
  async (error) => {
    await coreWith({ call_service: error }).core.restart();
  },
);

test("a restart is refused in Home Assistant's own words where its configuration is wrong", async () => {
  const reason = "The system cannot restart because the configuration is not valid: Integration error: lights";
  const { core } = coreWith({ call_service: new CoreError("home_assistant_error", reason) });
  await expect(core.restart()).rejects.toMatchObject({
    code: "home_assistant_refused",
    message: `Home Assistant does not restart: ${reason}`,
  });
});

test("a restart is not asked for where there is no link, and can be tried again", async () => {
  const { core, asked } = coreWith({ get_config: lost });
  const refusal = { code: "home_assistant_unreachable", retryable: true };
  await expect(core.restart()).rejects.toMatchObject(refusal);
  expect(asked.map(({ type }) => type)).toEqual(["get_config"]);
  const none = new LinkedCore(() => null);
  await expect(none.restart()).rejects.toMatchObject(refusal);
  expect(await none.integrationVersion()).toBeUndefined();
});

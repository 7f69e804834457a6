import { beforeEach, describe, expect, test } from "vitest";
import type { SetUpStep } from "../../../src/state/set-up.ts";
import { aGateway } from "../../state/models.ts";
import { ANNA, OURS, setUpForEach } from "./set-up-stage.ts";

const ALL: readonly SetUpStep[] = ["install", "restart", "add", "link"];

const current = setUpForEach();

describe("the integration is there", () => {
  beforeEach(() => {
    const { home, files } = current();
    home.registered = false;
    files.status = "installed";
  });

  test("what Home Assistant has discovered is confirmed", async () => {
    const { bench, home, stage } = current();
    home.flows = [
      { handler: "another", flow_id: "a" },
      { handler: "utec_gateway", flow_id: "b", context: { unique_id: "another-gateway" } },
      { handler: "utec_gateway", flow_id: "c", context: { unique_id: aGateway().id } },
    ];
    bench.start();
    await bench.untilMessage("confirm it");
    expect(await stage.setUp.plan()).toEqual({ steps: ["add", "link"], refusal: null });
    await stage.setUp.begin(["add", "link"], ANNA);
    expect(await stage.ended()).toMatchObject({ error: null });
    expect(home.rest.asked).toEqual(["POST flow c"]);
  });

  test("another gateway's offer is not confirmed", async () => {
    const { bench, home, stage } = current();
    home.flows = [{ handler: "utec_gateway", flow_id: "b", context: { unique_id: "another-gateway" } }];
    bench.start();
    await bench.untilStatus("integration_not_set_up");
    await stage.setUp.begin(["add", "link"], ANNA);
    expect(await stage.ended()).toMatchObject({ error: null });
    expect(home.rest.asked).toEqual(["POST flow", "POST flow user-1"]);
  });

  test("as an add-on it goes through the Supervisor", async () => {
    const { bench, home, stage } = current();
    stage.reach("supervisor");
    bench.start({ kind: "supervisor" });
    await bench.untilStatus("integration_not_set_up");
    await stage.setUp.begin(["add", "link"], ANNA);
    expect(await stage.ended()).toMatchObject({ error: null });
    expect(home.rest.asked).toEqual(["POST flow", "POST flow user-1"]);
  });

  test("an ignored gateway: says so before, then ends that and adds it", async () => {
    const { bench, home, stage } = current();
    home.entries = [{ ...OURS, entry_id: "ignored", source: "ignore", state: "not_loaded" }];
    bench.start();
    await bench.untilMessage("was ignored");
    expect((await stage.setUp.plan()).steps).toEqual(["stop_ignoring", "add", "link"]);
    await expect(stage.setUp.begin(["add", "link"], ANNA)).rejects.toMatchObject({ code: "set_up_changed" });
    // A proxy before a core that is away for a moment.
    home.rest.failing.set("DELETE entry ignored", 502);
    await stage.setUp.begin(["stop_ignoring", "add", "link"], ANNA);
    expect(await stage.ended()).toMatchObject({ error: null });
    expect(home.rest.asked).toEqual(["DELETE entry ignored", "DELETE entry ignored", "POST flow", "POST flow user-1"]);
  });

  test.each([
    [{ ...OURS, state: "not_loaded", disabled_by: "user" }, "enable it in Home Assistant"],
    [{ ...OURS, state: "setup_error" }, "does not run (setup_error)"],
  ])("what only a person can mend is refused: %j", async (entry, words) => {
    const { bench, home, stage } = current();
    home.loaded = false;
    home.entries = [entry];
    bench.start();
    await bench.untilStatus("integration_not_set_up");
    await expect(stage.setUp.begin(ALL, ANNA)).rejects.toMatchObject({ code: "home_assistant_refused" });
    expect((await stage.setUp.plan()).refusal?.message).toContain(words);
    expect(home.rest.asked).toEqual([]);
  });

  test.each(["STARTING", "STOPPING"])("a Home Assistant that is %s is not asked for anything yet", async (state) => {
    const { bench, home, stage } = current();
    home.state = state;
    bench.start();
    await bench.untilStatus("core_starting");
    await expect(stage.setUp.begin(ALL, ANNA)).rejects.toMatchObject({
      code: "home_assistant_unreachable",
      retryable: true,
    });
  });

  test.each([
    ["abort", { status: 200, body: { type: "abort", reason: "cannot_connect" } }, "(cannot_connect)"],
    ["form", { status: 200, body: { type: "form", flow_id: "user-1", errors: { base: "?" } } }, "asks something"],
    ["external", { status: 200, body: { type: "external", flow_id: "user-1" } }, "asks for more"],
    ["no handler", { status: 404, body: { message: "Invalid handler specified" } }, "cannot load"],
    ["not allowed", { status: 403, body: {} }, "only an administrator"],
    ["its own failure", { status: 500, body: {} }, "HTTP 500"],
  ])("a flow that ends otherwise (%s) is told in words", async (_name, answer, words) => {
    const { bench, home, stage } = current();
    home.rest.answers.set("POST flow user-1", [answer]);
    bench.start();
    await bench.untilStatus("integration_not_set_up");
    await stage.setUp.begin(["add", "link"], ANNA);
    const { error, step } = await stage.ended();
    expect([step, error?.code]).toEqual(["add", "home_assistant_refused"]);
    expect(error?.message).toContain(words);
    expect(home.flows).toEqual([]);
  });

  test("what is confirmed there in the same moment, and a core that is away for a moment, end well", async () => {
    const { bench, home, stage } = current();
    home.flows = [{ handler: "utec_gateway", flow_id: "c" }];
    home.rest.answers.set("POST flow c", [
      { status: 502, body: {} },
      { status: 404, body: { message: "Invalid flow specified" } },
    ]);
    bench.start();
    await bench.untilStatus("integration_not_set_up");
    await stage.setUp.begin(["add", "link"], ANNA);
    await home.until(() => home.rest.asked.length > 2);
    home.flows = [];
    home.changeEntry("added", OURS);
    expect(await stage.ended()).toMatchObject({ error: null });
  });

  test("what stays in the way is told once it has lasted", async () => {
    const { bench, home, stage } = current();
    stage.lackPatience();
    home.rest.answers.set("POST flow", [{ status: 200, body: { type: "abort", reason: "already_in_progress" } }]);
    bench.start();
    await bench.untilStatus("integration_not_set_up");
    await stage.setUp.begin(["add", "link"], ANNA);
    expect((await stage.ended()).message).toContain("already being asked");
  });

  test("a link that goes to another gateway meanwhile is told at once, in the link's own sentence", async () => {
    const { bench, home, stage } = current();
    home.boundTo = "another";
    bench.start();
    await bench.untilStatus("integration_not_set_up");
    await stage.setUp.begin(["add", "link"], ANNA);
    expect(await stage.ended()).toMatchObject({
      step: "link",
      error: { code: "home_assistant_refused", message: expect.stringContaining("another gateway") },
    });
  });

  test("another gateway's entry is refused with the link's own sentence", async () => {
    const { bench, home, stage } = current();
    home.registered = true;
    home.boundTo = "another";
    bench.start();
    await bench.untilStatus("other_gateway");
    await expect(stage.setUp.begin(ALL, ANNA)).rejects.toThrow(/another gateway/);
  });
});

import { beforeEach, describe, expect, test } from "vitest";
import { Problem } from "../../../src/problem.ts";
import type { SetUpStep } from "../../../src/state/set-up.ts";
import { ANNA, OURS, setUpForEach } from "./set-up-stage.ts";

const ALL: readonly SetUpStep[] = ["install", "restart", "add", "link"];

const current = setUpForEach();

describe("the integration is not there", () => {
  beforeEach(() => {
    const { home } = current();
    home.installed = false;
    home.registered = false;
  });

  test("one press puts it there, restarts Home Assistant, adds it and waits for the link", async () => {
    const { bench, home, stage, files } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    expect(await stage.setUp.plan()).toEqual({ steps: ALL, refusal: null });
    expect(await stage.setUp.begin(ALL, ANNA)).toMatchObject({ step: "install", ended_at: null });
    expect(await stage.ended()).toMatchObject({ step: null, error: null, message: "Home Assistant is linked." });
    expect(files.done).toEqual(["install", "restart"]);
    expect(home.rest.asked).toEqual(["POST flow", "POST flow user-1"]);
    expect(bench.picture.gateway.link.status).toBe("linked");
  });

  test("nothing is done that was not agreed to", async () => {
    const { bench, stage, files } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    await expect(stage.setUp.begin(["add", "link"], ANNA)).rejects.toMatchObject({ code: "set_up_changed" });
    expect(files.done).toEqual([]);
    expect(bench.picture.gateway.link.set_up).toBeNull();
  });

  test("nothing is done unless somebody presses", async () => {
    const { bench, home } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    home.installed = true;
    await bench.untilStatus("integration_not_set_up");
    await home.untilReceived("config_entries/flow/progress", 3);
    expect(home.rest.asked).toEqual([]);
  });

  test.each(["unavailable", "unmanaged"] as const)(
    "where the gateway may not or need not write (%s), and a restart would not help, it says what the folder says",
    async (status) => {
      const { bench, stage, files } = current();
      bench.start();
      await bench.untilStatus("integration_missing");
      files.status = status;
      const refusal = { code: "integration_missing", message: `The folder is ${status}.` };
      expect(await stage.setUp.plan()).toEqual({ steps: [], refusal });
      await expect(stage.setUp.begin(ALL, ANNA)).rejects.toThrow(refusal.message);
    },
  );

  test.each(["installed", "newer", "unmanaged"] as const)(
    "files that wait for the restart (%s) stay as they are",
    async (status) => {
      const { bench, stage, files } = current();
      bench.start();
      await bench.untilStatus("integration_missing");
      files.status = status;
      files.isWaiting = true;
      expect((await stage.setUp.plan()).steps).toEqual(["restart", "add", "link"]);
      await stage.setUp.begin(ALL, ANNA);
      expect(await stage.ended()).toMatchObject({ error: null });
      expect(files.done).toEqual(["restart"]);
    },
  );

  test("files that cannot be written end it with their own sentence", async () => {
    const { bench, stage, files } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    files.fails = new Problem("integration_folder_unusable", "The folder is full.");
    await stage.setUp.begin(ALL, ANNA);
    expect(await stage.ended()).toMatchObject({
      step: "install",
      error: { code: "integration_folder_unusable", message: "The folder is full." },
    });
    expect(files.done).toEqual([]);
  });

  test("a Home Assistant that starts without it all the same is told as that", async () => {
    const { bench, stage, files } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    files.isBroken = true;
    await stage.setUp.begin(ALL, ANNA);
    expect(await stage.ended()).toMatchObject({ step: "add", error: { code: "integration_missing" } });
  });

  test("a failure is forgotten once the link is there by other means", async () => {
    const { bench, home, stage, files } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    files.fails = new Problem("integration_folder_unusable", "The folder is full.");
    await stage.setUp.begin(ALL, ANNA);
    await stage.ended();
    home.installed = true;
    home.changeEntry("added", OURS);
    await bench.untilStatus("linked");
    expect(bench.picture.gateway.link.set_up).toBeNull();
  });

  test("a Home Assistant that does not restart is told as that, and one that does not come back", async () => {
    const { bench, home, stage, files } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    stage.lackPatience();
    files.restarts = "not";
    await stage.setUp.begin(ALL, ANNA);
    expect((await stage.ended()).message).toContain("did not");
    files.restarts = "for ever";
    await stage.setUp.begin(ALL, ANNA);
    expect((await stage.ended()).message).toContain("has not come back");
    await home.start();
  });

  test("what was pressed twice is done once", async () => {
    const { bench, stage, files } = current();
    bench.start();
    await bench.untilStatus("integration_missing");
    const [first, second] = await Promise.all([stage.setUp.begin(ALL, ANNA), stage.setUp.begin(ALL, ANNA)]);
    expect(second.started_at).toBe(first.started_at);
    expect(await stage.setUp.begin([], ANNA)).toMatchObject({ steps: ALL });
    await stage.ended();
    expect(files.done).toEqual(["install", "restart"]);
  });
});

describe("the link is there", () => {
  test("nothing is left to do", async () => {
    const { bench, stage, files } = current();
    files.status = "installed";
    bench.start();
    await bench.untilStatus("linked");
    expect(await stage.setUp.plan()).toEqual({ steps: [], refusal: null });
    expect(await stage.setUp.begin([], ANNA)).toMatchObject({ error: null });
    expect(files.done).toEqual([]);
  });

  test("files that are newer than what runs need the restart alone", async () => {
    const { bench, stage, files } = current();
    files.status = "installed";
    files.isWaiting = true;
    bench.start();
    await bench.untilStatus("linked");
    expect(await stage.setUp.plan()).toEqual({ steps: ["restart", "link"], refusal: null });
  });

  test("a restart that somebody else has made meanwhile is not made again", async () => {
    const { bench, stage, files } = current();
    files.status = "installed";
    files.isWaiting = true;
    bench.start();
    await bench.untilStatus("linked");
    await stage.setUp.begin(["restart", "link"], ANNA);
    files.isWaiting = false;
    expect(await stage.ended()).toMatchObject({ error: null });
    expect(files.done).toEqual([]);
  });

  test("an older integration is brought up to date", async () => {
    const { bench, home, stage, files } = current();
    files.status = "outdated";
    bench.start();
    await bench.untilStatus("linked");
    expect((await stage.setUp.plan()).steps).toEqual(["install", "restart", "link"]);
    home.entries = [OURS];
    await stage.setUp.begin(["install", "restart", "link"], ANNA);
    expect(await stage.ended()).toMatchObject({ error: null });
    expect(files.done).toEqual(["install", "restart"]);
    expect(home.signIns).toBe(2);
  });
});

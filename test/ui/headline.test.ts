import { describe, expect, test } from "vitest";
import type { CommandState, DeviceState, Snapshot } from "../../src/state/picture.ts";
import { pictureOf } from "../../ui/mock/scenarios.ts";
import { commandSentence } from "../../ui/src/words/command-sentence.ts";
import { duration } from "../../ui/src/words/time.ts";
import { headlineOf } from "../../ui/src/words/headline/headline.ts";
import type { Headline } from "../../ui/src/words/headline/headline-parts.ts";

const now = Date.UTC(2026, 10, 21, 12);
const shown = pictureOf("all-well", now);
/** Everything is locked and shut, with good batteries. */
const well: Snapshot = {
  ...shown,
  devices: shown.devices.map((device) => ({ ...device, lock_state: "locked", battery_percent: 70, battery_level: 4 })),
};

function headlineWith(...changes: readonly Partial<DeviceState>[]): Headline {
  return headlineOf({ ...well, devices: well.devices.map((device, at) => ({ ...device, ...changes[at] })) }, now);
}

function withLink(status: Snapshot["gateway"]["link"]["status"]): Snapshot {
  return { ...well, gateway: { ...well.gateway, link: { ...well.gateway.link, status } } };
}

describe("the headline", () => {
  test("without Home Assistant, where nobody asked for it, that is well which is: not all", () => {
    expect(headlineOf(withLink("not_configured"), now)).toEqual({
      tone: "good",
      title: "Both doors are locked",
      detail: "",
      also: [],
      help: null,
    });
    expect(headlineOf(withLink("integration_missing"), now)).toMatchObject({ title: "Home Assistant not linked" });
  });

  test("no door is called locked that nobody has confirmed", () => {
    expect(headlineWith()).toMatchObject({ tone: "good", detail: "Both doors are locked · Home Assistant is linked" });
    const gate = { lock_state: "unknown" } as const;
    expect(headlineWith({}, gate)).toMatchObject({ tone: "idle", title: "Garden gate is not known yet" });
    expect(headlineWith({}, { lock_state: null }).title).toBe("Garden gate is not known yet");
    expect(headlineWith({ lock_state: "unlocked" }, gate)).toMatchObject({
      tone: "idle",
      title: "Front door is unlocked",
      detail: "",
      also: [{ text: "Garden gate is not known yet", href: "#/overview?device=AA%3ABB%3ACC%3A00%3A00%3A02" }],
    });
    expect(headlineWith({ transition: "unlocking" })).toMatchObject({ tone: "busy", title: "Front door is moving" });
  });

  test.for([
    ["a door that is open behind its bolt", { door_state: "open" }, "warn", "Garden gate is open, with its bolt out"],
    ["a low battery", { battery_percent: 10 }, "warn", "Garden gate has a low battery"],
    ["a lock in passage mode", { lock_mode: "passage" }, "warn", "Garden gate is in passage mode"],
    [
      "a lock that its account no longer lists",
      { trouble: "missing" },
      "warn",
      "Garden gate is no longer in its account",
    ],
    // People come and go: told, and no alarm.
    ["an unlocked door", { lock_state: "unlocked" }, "idle", "Garden gate is unlocked"],
    ["an open door", { lock_state: "unknown", door_state: "open" }, "idle", "Garden gate is open"],
  ] as const)("nothing is green above %s, and the link leads to its card", ([, change, tone, title]) => {
    const headline = headlineWith({}, change);
    expect(headline).toMatchObject({ tone, title });
    expect(headline.help).toMatchObject({ href: "#/overview?device=AA%3ABB%3ACC%3A00%3A00%3A02" });
  });

  test("several doors are counted, at most three are named, and what else is wrong follows", () => {
    const [door] = well.devices;
    if (!door) throw new Error("The scenario has a lock.");
    const devices = Array.from({ length: 120 }, (_, at): DeviceState => ({
      ...door,
      id: `lock ${at}`,
      name: `Room ${at}`,
      lock_state: "unlocked",
      battery_percent: at < 2 ? 10 : 70,
    }));
    expect(headlineOf({ ...well, devices }, now)).toMatchObject({
      tone: "warn",
      title: "2 doors have low batteries",
      detail: "Room 0 and Room 1",
      also: [{ text: "120 doors are unlocked", href: "#/overview?device=lock+0" }],
    });
    expect(headlineOf({ ...well, devices: devices.slice(2) }, now)).toMatchObject({
      title: "118 doors are unlocked",
      // American English takes one comma more.
      detail: expect.stringMatching(/^Room 2, Room 3, Room 4,? and 115 more$/) as string,
    });
    expect(headlineOf({ ...well, devices: devices.slice(2, 5) }, now)).toMatchObject({
      title: "3 doors are unlocked",
      detail: expect.stringMatching(/^Room 2, Room 3,? and Room 4$/) as string,
    });
  });

  test("a command that has just failed is said with its reason, until it came about or is long ago", () => {
    const [last] = well.commands;
    if (!last) throw new Error("The scenario has a command.");
    const message = "The lock refused.";
    const failed: CommandState = {
      ...last,
      name: "unlock",
      ended_at: now - 1000,
      outcome: "refused",
      error: { code: "command_refused", message },
    };
    const told = (lock_state: "locked" | "unlocked", at: number): Headline =>
      headlineOf(
        { ...well, commands: [failed], devices: well.devices.map((device) => ({ ...device, lock_state })) },
        at,
      );
    expect(told("locked", now)).toMatchObject({ tone: "bad", title: "Garden gate did not obey", detail: message });
    expect(told("unlocked", now).title).toBe("2 doors are unlocked");
    expect(told("locked", now + 11 * 60_000).title).toBe("All well");
  });

  test("what else is wrong follows, each with the way to its card", () => {
    const { detail, also } = headlineWith({ lock_state: "unlocked" }, { lock_mode: "passage", battery_percent: 10 });
    expect(detail).toBe("It stays open for everybody.");
    expect(also).toEqual([
      { text: "Garden gate has a low battery", href: "#/overview?device=AA%3ABB%3ACC%3A00%3A00%3A02" },
      { text: "Front door is unlocked", href: "#/overview?device=AA%3ABB%3ACC%3A00%3A00%3A01" },
    ]);
  });

  test("a missing link hides no door", () => {
    const unlocked = well.devices.map((device) => ({ ...device, lock_state: "unlocked" as const }));
    const { title, also } = headlineOf({ ...withLink("token_refused"), devices: unlocked }, now);
    expect([title, also.map(({ text }) => text)]).toEqual(["Home Assistant not linked", ["2 doors are unlocked"]]);
  });

  test("nothing is well of which a newer gateway says what this page does not know", () => {
    const accounts = well.accounts.map((account) => ({ ...account, status: "held_back" as "fresh" }));
    expect(headlineOf({ ...well, accounts }, now)).toMatchObject({ tone: "idle", title: "Home: held back" });
    expect(headlineOf(withLink("resting" as "linked"), now)).toMatchObject({ title: "Home Assistant not linked" });
    expect(headlineWith({}, { lock_state: "half_way" as "locked" })).toMatchObject({
      tone: "idle",
      title: "Garden gate is not known yet",
    });
  });

  test("a jammed bolt is said before a missing link", () => {
    const devices = well.devices.map((device) => ({ ...device, lock_state: "jammed" as const }));
    expect(headlineOf({ ...withLink("token_refused"), devices }, now).title).toBe("2 doors are jammed");
  });

  test("a lost sign-in is said before a missing link", () => {
    const picture = { ...withLink("token_refused"), accounts: pictureOf("sign-in-needed", now).accounts };
    expect(headlineOf(picture, now).title).toBe("Sign-in needed");
  });

  test("the second account's trouble is said too, with its name and its own button", () => {
    const [broken] = pictureOf("sign-in-needed", now).accounts;
    const cabin = broken ? [{ ...broken, id: "cabin", name: "Cabin" }] : [];
    const headline = headlineOf({ ...well, accounts: [...well.accounts, ...cabin] }, now);
    expect(headline.detail).toMatch(/^Cabin: /);
    expect(headline.help).toMatchObject({ kind: "link", href: "#/accounts/sign-in?step=sign-in&account=cabin" });
  });

  test("retrying is counted from the first failure of the present row", () => {
    const { title } = headlineOf(pictureOf("retrying", now), now);
    expect(title).toBe(
      `Retrying since ${new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }).format(now - 40 * 60_000)}`,
    );
  });

  test("a wrong setting, a silent cloud and an offline lock are named", () => {
    const problems = [{ field: "poll_interval", message: "poll_interval must be a whole number of seconds." }];
    expect(headlineOf({ ...well, gateway: { ...well.gateway, problems } }, now).detail).toContain("poll_interval");
    const error = { code: "cloud_unreachable", message: "The cloud did not answer within 20 s." };
    const clouds = Object.fromEntries(
      well.accounts.map(({ id }) => [id, { online: false, error, last_success_at: null, devices_known: true }]),
    );
    expect(headlineOf({ ...well, gateway: { ...well.gateway, clouds } }, now)).toMatchObject({
      title: "The U-tec cloud does not answer",
      help: { kind: "ask_cloud", label: "Try now" },
    });
    const away = { online: false, available: false, trouble: "offline" } as const;
    const devices = well.devices.map((device) => ({ ...device, ...away }));
    expect(headlineOf({ ...well, devices: devices.slice(0, 1) }, now).title).toBe("Front door is offline");
    expect(headlineOf({ ...well, devices }, now).title).toBe("2 doors cannot be seen");
  });

  test("no door is called locked whose state is old or that cannot be seen, and a jammed one comes first", () => {
    const [door, gate] = well.devices.map((device) => ({ ...device, lock_state: "locked" as const }));
    if (!door || !gate) throw new Error("The scenario has two locks.");
    const titleOf = (...devices: Snapshot["devices"]): string => headlineOf({ ...well, devices }, now).title;
    const stale = { ...gate, freshness: "stale", confirmed_at: now - 60_000 } as const;
    const expired = { ...gate, freshness: "expired", available: false } as const;
    expect(titleOf(door, gate)).toBe("All well");
    expect(titleOf(door, stale)).toMatch(/^Garden gate was last seen at /);
    expect(titleOf(stale, { ...expired, id: "third" })).toBe("Garden gate cannot be seen");
    expect(titleOf(stale, expired, { ...door, lock_state: "jammed" })).toBe("Front door is jammed");
    expect(titleOf(door, { ...stale, lock_state: "jammed" })).toMatch(/^Garden gate was last seen/);
  });

  test("a plug that is away is no reason to worry about the doors, and yet not all is well", () => {
    const lights = pictureOf("lights", now);
    expect(lights.devices.some(({ available }) => !available)).toBe(true);
    expect(headlineOf(lights, now)).toMatchObject({
      tone: "idle",
      title: "The door is locked",
      also: [{ text: "Garden plug is offline" }],
    });
  });
});

describe("sentences", () => {
  test("a command tells who asked and how it ended", () => {
    const [unconfirmed, confirmed] = well.commands.map(commandSentence);
    const text = "Unlocked from Home Assistant by Anna";
    expect(confirmed).toEqual({ tone: "idle", text, aside: "confirmed in 2.1s" });
    expect(unconfirmed).toMatchObject({
      tone: "bad",
      text: "Locking from Home Assistant by the automation Lock up at night was not confirmed",
    });
  });

  test.for([
    [4 * 86_400_000 + 16 * 3_600_000 + 59_000, "4d 16h"],
    [72_000, "1m 12s"],
    [3_600_000, "1h"],
    [-5, "0s"],
  ] as const)("a duration of %d ms is “%s”", ([ms, words]) => {
    expect(duration(ms)).toBe(words);
  });
});

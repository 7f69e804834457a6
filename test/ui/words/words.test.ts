import { beforeEach, describe, expect, test, vi } from "vitest";
import { messagesOf } from "../../../ui/messages-plugin.ts";
import type { Language } from "../../../ui/src/words/language/languages.ts";
import type { WordKey } from "../../../ui/src/words/language/message-areas.ts";
import type * as wordsModule from "../../../ui/src/words/language/words.ts";
import type { LoadMessages } from "../../../ui/src/words/language/words.ts";

type Words = typeof wordsModule;

const load: LoadMessages = (language, group) => Promise.resolve(messagesOf(language, group));

let words: Words;

beforeEach(async () => {
  vi.resetModules();
  words = await import("../../../ui/src/words/language/words.ts");
  await words.speak("en", load);
});

describe("the words", () => {
  test.for([
    ["page.place_garden", "garden"],
    ["page.doors_held_back_by_wind", "held back by wind"],
    ["page.doors_undefined", ""],
    ["page.doors_null", ""],
    ["page.nothing", ""],
  ] as const)("of a newer gateway's %s are “%s”", async ([key, text]) => {
    await words.speak("en", load);
    expect(words.say(key as WordKey)).toBe(text);
    expect(words.sayWith(key as WordKey, {})).toEqual([text]);
  });

  test("are the last chosen language's, whichever arrives first", async () => {
    const arrivals = new Map<Language, () => void>();
    const slow: LoadMessages = async (language, group) => {
      await new Promise<void>((resolve) => arrivals.set(language, resolve));
      return messagesOf(language, group);
    };
    const german = words.speak("de", slow);
    const french = words.speak("fr", slow);
    arrivals.get("fr")?.();
    await french;
    arrivals.get("de")?.();
    await german;
    expect([words.currentLanguage(), words.say("page.cancel")]).toEqual(["fr", "Annuler"]);
  });

  test("stay as they are where the next language does not come", async () => {
    const gone: LoadMessages = () => Promise.reject(new Error("gone"));
    await expect(words.speak("it", gone)).rejects.toThrow("gone");
    expect([words.currentLanguage(), words.say("page.cancel")]).toEqual(["en", "Cancel"]);
    // What comes later is asked for where it came from before.
    await words.speak("de");
    expect(words.say("page.cancel")).toBe("Abbrechen");
  });

  test("of a later group are asked for once by who only says them, and again by who needs them", async () => {
    let asked = 0;
    let isAway = true;
    const flaky: LoadMessages = (language, group) => {
      if (group === "first") return load(language, group);
      asked += 1;
      return isAway ? Promise.reject(new Error("away")) : load(language, group);
    };
    await words.speak("nl", flaky);
    const redrawn: string[] = [];
    const end = words.onWords(() => redrawn.push(words.currentLanguage()));
    for (let time = 0; time < 3; time += 1) words.say("wizard.nothing" as WordKey);
    await expect.poll(() => asked).toBe(1);
    await expect(words.needWords("later")).rejects.toThrow("away");
    isAway = false;
    await words.needWords("later");
    expect([asked, redrawn]).toEqual([3, ["nl"]]);
    await words.needWords("later");
    expect(asked).toBe(3);
    end();
  });
});

import { afterAll, expect, test } from "vitest";
import { messagesOf } from "../../../ui/messages-plugin.ts";
import { LANGUAGES } from "../../../ui/src/words/language/languages.ts";
import { say, speak } from "../../../ui/src/words/language/words.ts";
import type { LoadMessages } from "../../../ui/src/words/language/words.ts";
import { ago, asOf, duration, tenths } from "../../../ui/src/words/time.ts";

const load: LoadMessages = (language, group) => Promise.resolve(messagesOf(language, group));
const NOW = Date.parse("2026-10-14T09:41:00Z");
const AGES = [0, 5_000, 35 * 60_000, 3 * 3_600_000, 30 * 3_600_000, 5 * 86_400_000];

afterAll(() => speak("en", load));

test.for(LANGUAGES)(
  "a time in %s can stand anywhere in a sentence: it ends with no point, and is no bare number",
  async (language) => {
    await speak(language, load);
    const times = AGES.flatMap((age) => [ago(NOW - age, NOW), asOf(NOW - age, NOW), duration(age), tenths(age)]);
    expect(times.filter((time) => /\.$|^[-−]/u.test(time))).toEqual([]);
    expect(say("page.again_in", { time: duration(1000) })).not.toContain("..");
  },
);

test("a German minute is no metre, and a French second not negative", async () => {
  await speak("de", load);
  expect(ago(NOW - 35 * 60_000, NOW)).toBe("vor 35 Min");
  await speak("fr", load);
  expect(ago(NOW - 5_000, NOW)).toMatch(/^il y a 5\ss$/u);
});

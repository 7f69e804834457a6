import { messagesOf } from "../../../ui/messages-plugin.ts";
import { say, speak } from "../../../ui/src/words/language/words.ts";

/** The page's words are English where a test reads them without a browser, all of them from the beginning. */
await speak("en", (language, group) => Promise.resolve(messagesOf(language, group)));
say("wizard.next");
say("said.unreachable");
say("ribbons.ask_cloud");
await new Promise((resolve) => setImmediate(resolve));

import { messagesOf } from "../../../ui/messages-plugin.ts";
import { speak } from "../../../ui/src/words/language/words.ts";

/** The page's words are English where a test reads them without a browser. */
await speak("en", (language, group) => Promise.resolve(messagesOf(language, group)));

import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { jsonReply } from "./call.ts";
import type { Reply } from "./call.ts";

/** An action on the wire: the answer repeats its header, so that a caller can tell answers apart. */
export class Envelope {
  /** `Uhome.Device/Query`. */
  readonly action: string;
  readonly body: JsonObject;
  readonly payload: JsonObject;
  readonly #header: JsonObject;

  private constructor(body: JsonObject, header: JsonObject) {
    const { namespace, name, messageId } = header;
    this.action = `${String(namespace)}/${String(name)}`;
    this.body = body;
    this.payload = isObject(body["payload"]) ? body["payload"] : {};
    this.#header = { namespace, name, messageId, payloadVersion: "1" };
  }

  /** Null for anything that is not a JSON object with a header. */
  static read(text: string): Envelope | null {
    try {
      const body: unknown = JSON.parse(text);
      return isObject(body) && isObject(body["header"]) ? new Envelope(body, body["header"]) : null;
    } catch {
      return null;
    }
  }

  answer(payload: unknown): Reply {
    return jsonReply(200, { header: this.#header, payload }, "ok");
  }

  /** Errors of a whole action come with HTTP 200 (U-tec developer documentation). */
  refuse(code: string, message: string, status = 200): Reply {
    return jsonReply(status, { header: this.#header, payload: { error: { code, message } } }, code);
  }
}

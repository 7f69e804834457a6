import type { Response } from "express";
import { MOST_DAYS } from "../../history/history-models.ts";
import type { HistoryReader } from "../../history/history-models.ts";
import { Fields } from "../../incoming/fields.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { AnswerText, sendText } from "../encoding/answer-text.ts";

/** How doors, tokens and batteries were over time. Their days are the reader's: all times are moments. */
export function addHistoryEndpoints(endpoints: Endpoints, history: HistoryReader): void {
  endpoints.add("/api/history/doors", {
    GET: (request, response) => {
      const fields = new Fields(request.query, ["days", "device_id"]);
      const window = history.window(daysOf(fields));
      return sendAll(response, { ...window }, "doors", history.doors(window, fields.optionalText("device_id")));
    },
  });

  endpoints.add("/api/history/tokens", {
    GET: (request, response) => {
      const fields = new Fields(request.query, ["days", "account_id"]);
      const window = history.window(daysOf(fields));
      return sendAll(response, { ...window }, "accounts", history.tokens(window, fields.optionalText("account_id")));
    },
  });

  endpoints.add("/api/history/batteries", {
    GET: (request, response) => {
      const fields = new Fields(request.query, ["device_id"]);
      return sendAll(response, {}, "batteries", history.batteries(fields.optionalText("device_id")));
    },
  });
}

function daysOf(fields: Fields): number {
  return fields.optionalInteger("days", { min: 1, max: MOST_DAYS }) ?? MOST_DAYS;
}

/** One after the other becomes text: an answer of megabytes holds nobody up. */
async function sendAll(response: Response, about: object, name: string, all: AsyncIterable<object>): Promise<void> {
  const texts: string[] = [];
  for await (const one of all) texts.push(JSON.stringify(one));
  const members = JSON.stringify(about).slice(1, -1);
  const text = `{${members === "" ? "" : `${members},`}${JSON.stringify(name)}:[${texts.join(",")}]}`;
  await sendText(response, "application/json", new AnswerText(text));
}

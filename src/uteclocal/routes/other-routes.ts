import type { LogText } from "../log-text.ts";
import { wayToPage } from "../way-to-page.ts";
import type { PageAddress } from "../way-to-page.ts";
import { send } from "./route.ts";
import type { Route } from "./route.ts";

/** The log, and the way to the page. @param page where that is served; null where that is inside Home Assistant */
export function otherRoutes(logText: LogText, page: PageAddress | null): Route[] {
  return [
    { paths: ["/logs"], get: (_request, response) => void response.type("text/plain").send(logText.text()) },
    {
      paths: ["/logs/clear"],
      post: (_request, response) => {
        logText.clear();
        send(response, { status: "ok", message: "Logs cleared" });
      },
    },
    {
      paths: ["/"],
      get: (request, response) => {
        const way = wayToPage(page, request);
        if ("url" in way) response.redirect(302, way.url);
        else response.type("text/plain").send(`${way.words}\n`);
      },
    },
  ];
}

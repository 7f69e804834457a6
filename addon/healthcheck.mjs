// The image's HEALTHCHECK: does the process answer? A dead sign-in must never restart a container, so it asks nothing more.
import { get } from "node:http";
import process from "node:process";

const port = Number(process.env["UTEC_GATEWAY_PORT"] || 8099);
get({ host: "127.0.0.1", port, path: "/health/live", timeout: 8000 }, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1);
})
  .on("timeout", () => process.exit(1))
  .on("error", () => process.exit(1));

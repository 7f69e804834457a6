import { tryRun } from "../home-assistant/environment/command.ts";
import type { Report } from "../home-assistant/environment/command.ts";
import { canInstall, install } from "../home-assistant/environment/debian.ts";
import { homeAssistantEnvironment } from "../home-assistant/environment/environment.ts";
import { builtImage } from "../image/image.ts";
import { missingForImage } from "../image/needs.ts";
import { launchBrowser } from "../processes/browser.ts";

/**
 * Gets all that needs the network, while there is one: the image, Home Assistant, the browser, the tools.
 * @returns what is missing and what to do about it; null where nothing is
 */
export async function prepare(report: Report): Promise<string | null> {
  const missing = await missingForImage(report);
  if (missing !== null) return missing;
  if ((await tryRun("ip", ["-V"])) === undefined && (await canInstall())) {
    await install(["iproute2"], report).catch((error: unknown) => report(String(error)));
  }
  if ((await tryRun("ip", ["-V"])) === undefined) return "The inner network is made with ip: install iproute2.";
  if ((await tryRun("unshare", ["--net", "--mount", "ip", "link", "set", "lo", "up"])) === undefined) {
    return "The inner network is a network namespace, which is not allowed here: run this in a container with SYS_ADMIN and NET_ADMIN.";
  }
  await homeAssistantEnvironment(report);
  await builtImage();
  await (await launchBrowser(report)).close();
  return null;
}

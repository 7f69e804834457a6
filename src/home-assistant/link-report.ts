import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { LinkState, LinkStatus } from "../state/picture.ts";
import type { DialError } from "./connection/socket.ts";
import type { HomeAssistantTarget } from "../settings/settings.ts";

export interface LinkReportOptions {
  readonly picture: LivePicture;
  readonly clock: Clock;
  readonly log: Log;
  readonly target: HomeAssistantTarget;
}

export interface LinkVersions {
  readonly home_assistant_version: string | null;
  readonly integration_version: string | null;
}

/** Where there is nothing to do but wait. */
const PASSING: ReadonlySet<LinkStatus> = new Set(["linked", "connecting", "core_starting"]);

/**
 * Reports the state of the link: always in the picture, and in the log once per message until the link is up again, so
 * that two causes that alternate all night don't fill the log.
 */
export class LinkReport {
  readonly #options: LinkReportOptions;
  readonly #said = new Set<string>();

  constructor(options: LinkReportOptions) {
    this.#options = options;
  }

  /** @param message one sentence for a person: what is, and what to do */
  say(status: LinkStatus, message: string, versions: Partial<LinkVersions> = {}): void {
    const { picture, clock, log } = this.#options;
    const { link } = picture.gateway;
    const since_at = link.status === status ? link.since_at : clock.now();
    // What the button could not do is done.
    const set_up = status === "linked" && link.set_up?.error ? null : link.set_up;
    picture.update({ gateway: { link: { ...link, ...versions, status, message, since_at, set_up } } });
    if (this.#said.has(message)) return;
    this.#said.add(message);
    log[PASSING.has(status) ? "info" : "warn"](message, { status });
  }

  linked(versions: LinkVersions): void {
    this.#said.clear();
    const { home_assistant_version, integration_version } = versions;
    const core = home_assistant_version ?? "of unknown version";
    const integration = integration_version ?? "of unknown version";
    this.say("linked", `Linked to Home Assistant ${core}, integration ${integration}.`, versions);
    this.#said.clear();
  }

  /** The socket is gone. Where Home Assistant was starting or refusing anyway, that remains the better message. */
  lost(): void {
    const { status } = this.#options.picture.gateway.link;
    if (status === "core_starting" || status === "token_refused") return;
    this.say("connecting", "The connection to Home Assistant was lost: connecting again.");
  }

  dialFailed(failure: DialError): void {
    switch (failure.reason) {
      case "core_starting":
        this.say("core_starting", "Home Assistant is starting: the link follows by itself.");
        break;
      case "unreachable":
        this.say(
          "connecting",
          `Home Assistant cannot be reached ${this.#where()} (${failure.message}): trying again every few seconds.`,
        );
        break;
      case "token_refused":
        this.say(
          "token_refused",
          this.#options.target.kind === "supervisor"
            ? `Home Assistant refuses the Supervisor's token (${failure.message}): restart the add-on if this lasts.`
            : `Home Assistant refuses HOME_ASSISTANT_TOKEN (${failure.message}): create a new long-lived access token.`,
        );
        break;
    }
  }

  notAdministrator(): void {
    this.say(
      "token_refused",
      this.#options.target.kind === "supervisor"
        ? "Home Assistant does not treat the Supervisor's user as an administrator: restart the add-on if this lasts."
        : "HOME_ASSISTANT_TOKEN belongs to a user who is not an administrator: create one as an administrator.",
    );
  }

  #where(): string {
    const { kind, url } = this.#options.target;
    if (kind === "supervisor") return "through the Supervisor";
    return URL.canParse(url) ? `at ${new URL(url).host}` : "at HOME_ASSISTANT_URL";
  }
}

/** The link of a gateway to which no Home Assistant is named; an add-on always has one. */
export function notConfigured(now: number): LinkState {
  return {
    status: "not_configured",
    message:
      "This gateway runs without Home Assistant. In a Home Assistant that has add-ons, the add-on U-tec Gateway connects by itself; elsewhere the documentation says how to connect it.",
    home_assistant_version: null,
    integration_version: null,
    since_at: now,
    set_up: null,
  };
}

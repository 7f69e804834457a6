import { html } from "lit";
import type { TemplateResult } from "lit";
import { needsAttention } from "../../../../src/keeper/account-state.ts";
import type { LinkStatus, Snapshot } from "../../../../src/state/picture.ts";
import { logHref } from "../../live/log-filter.ts";
import type { Store } from "../../live/store.ts";
import { say } from "../../words/language/words.ts";

const LINK_TROUBLE: ReadonlySet<LinkStatus> = new Set(["token_refused", "protocol_mismatch", "other_gateway"]);

/** The way to a report, where something is wrong that others may have to look into. */
export function reportLink({
  picture,
  refusal,
}: Pick<Store, "picture"> & { readonly refusal: string | null }): TemplateResult | null {
  if (picture === null || refusal !== null || !isTroubled(picture)) return null;
  return html`<p><a href=${logHref({ report: true })}>${say("set_up.report_problem")}</a></p>`;
}

function isTroubled({ accounts, gateway }: Snapshot): boolean {
  return (
    accounts.some(
      ({ status, reason, no_token_since_at }) =>
        no_token_since_at !== null ||
        status === "retrying" ||
        // Nobody has signed in yet, or somebody has signed out: that is no fault.
        (needsAttention(status) && reason !== "never_signed_in" && reason !== "signed_out"),
    ) ||
    Object.values(gateway.clouds).some(({ online }) => online === false) ||
    LINK_TROUBLE.has(gateway.link.status)
  );
}

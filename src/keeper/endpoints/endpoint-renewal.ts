import type { RawAnswer } from "../answers/raw-answer.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";
import type { EndpointsNotFound } from "../token-calls/endpoint-lookup.ts";
import { lookUpEndpoints } from "../token-calls/endpoint-lookup.ts";
import { CallError } from "../token-calls/http-call.ts";
import type { CallContext, CallErrorCode } from "../token-calls/http-call.ts";
import type { Log } from "../../log.ts";
import type { Vault } from "../vault/vault.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";

const GONE_STATUSES: ReadonlySet<number> = new Set([404, 410]);
const GONE_HOSTS: ReadonlySet<CallErrorCode> = new Set([
  "name_not_resolved",
  "network_unreachable",
  "connection_refused",
]);
/** The document is read once for each way in which an endpoint is gone, and again only when that has lasted for so long. */
const ONCE_IN_MS = 24 * 3_600_000;

/** In which way an endpoint seems to be gone; null where it is there, whatever it said. */
export function whatIsGone(seen: RawAnswer | CallError): string | null {
  if (seen instanceof CallError) return GONE_HOSTS.has(seen.code) ? seen.code : null;
  return GONE_STATUSES.has(seen.status) ? `http_${seen.status}` : null;
}

export interface RenewalContext {
  readonly vault: Vault;
  readonly providers: readonly Provider[];
  readonly log: Log;
}

/** An account with what its discovery document names. */
export interface LearnedEndpoints {
  readonly account: AccountRow;
  readonly provider: Provider;
}

/** Reads an account's discovery document, and again when an endpoint that it named has stopped existing. */
export class EndpointRenewal {
  readonly #context: RenewalContext;
  readonly #callContext: CallContext;

  constructor(context: RenewalContext, callContext: CallContext) {
    this.#context = context;
    this.#callContext = callContext;
  }

  /**
   * Looks for the endpoints of an account that names none, where its discovery document lies.
   * @returns what was seen in place of them; null where they are not wanted any more, or still not known
   */
  async learn(before: AccountRow): Promise<LearnedEndpoints | EndpointsNotFound | null> {
    const { vault, providers } = this.#context;
    const { issuer } = before.settings;
    if (issuer === undefined) return { seen: null };
    const found = await lookUpEndpoints(issuer, before.client_id, this.#callContext);
    if ("seen" in found) return found;
    vault.configurations.learn(before, found.learned);
    const account = vault.accounts.get(before.id);
    const provider = account && accountProvider(providers, account);
    return account === null || !provider?.tokenUrl ? null : { account, provider };
  }

  /**
   * The provider with the endpoints that the document names by now; null where they are the same, where none was read,
   * and where it was read for the same cause before.
   */
  async renew({ id }: AccountRow, before: Provider, gone: string | null): Promise<Provider | null> {
    const { vault, log, providers } = this.#context;
    const { clock } = this.#callContext;
    const account = vault.accounts.get(id);
    const issuer = account?.settings.issuer;
    if (gone === null || account === null || issuer === undefined) return null;
    const sinceMs = clock.now() - (account.learned.read_again?.[gone] ?? -Infinity);
    if (sinceMs >= 0 && sinceMs < ONCE_IN_MS) return null;
    const found = await lookUpEndpoints(issuer, account.client_id, this.#callContext);
    // Where nobody answers, there is no document that could have changed: that is an outage.
    if ("seen" in found && found.seen instanceof CallError) return null;
    const read_again = { ...account.learned.read_again, [gone]: clock.now() };
    vault.configurations.learn(account, "seen" in found ? { read_again } : { ...found.learned, read_again });
    const known = vault.accounts.get(id);
    const after = known && accountProvider(providers, known);
    if (after === null || sameEndpoints(before, after)) return null;
    log.info("An endpoint is gone, and the discovery document names another one.", {
      account: account.name,
      account_id: account.id,
    });
    return after;
  }
}

function sameEndpoints(a: Provider, b: Provider): boolean {
  return a.tokenUrl === b.tokenUrl && a.deviceAuthorizationUrl === b.deviceAuthorizationUrl;
}

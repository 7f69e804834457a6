import { afterEach, beforeEach } from "vitest";
import type { ProviderDetails } from "../../../src/keeper/account.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { yotoProvider } from "../../../src/keeper/providers/yoto.ts";
import { House } from "../house.ts";
import { CLIENT_SECRET, Issuer } from "./issuer.ts";

/** A real issuer for each test of the file, and gateways that know its endpoints. */
export class IssuerHouses {
  #issuer: Issuer | null = null;
  #houses: House[] = [];

  get issuer(): Issuer {
    if (this.#issuer === null) throw new Error("there is an issuer within a test");
    return this.#issuer;
  }

  static forEach(): IssuerHouses {
    const stage = new IssuerHouses();
    beforeEach(async () => {
      stage.#issuer = await Issuer.start();
    });
    afterEach(async () => {
      for (const house of stage.#houses.splice(0)) house.remove();
      await stage.issuer.stop();
    });
    return stage;
  }

  build(folder?: string): House {
    const { url } = this.issuer;
    const tokenUrl = `${url}/token`;
    const revocationUrl = `${url}/token/revocation`;
    const yoto = { ...yotoProvider(), tokenUrl, revocationUrl, scope: "openid offline_access" };
    const house = new House({
      url,
      providers: [utecProvider(), oauth2Provider(), yoto],
      ...(folder === undefined ? {} : { folder }),
    });
    this.#houses.push(house);
    return house;
  }

  /** An account that nobody has to sign in to. */
  machine(): ProviderDetails {
    return {
      provider: "oauth2",
      name: "Weather",
      grant: "client_credentials",
      issuer: this.issuer.url,
      client_id: "machine",
      client_secret: CLIENT_SECRET,
    };
  }
}

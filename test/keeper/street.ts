import { afterEach, beforeEach } from "vitest";
import { DETAILS, House } from "./house.ts";
import type { HouseOptions } from "./house.ts";
import { OAuthServer } from "./token-calls/oauth-server.ts";

/** A street of houses around one OAuth server, new for each test of a file. */
export class Street {
  #server: OAuthServer | undefined;
  #houses: House[] = [];

  get server(): OAuthServer {
    if (!this.#server) throw new Error("The street stands within a test only.");
    return this.#server;
  }

  /** With the `folder` of an earlier house it is the same gateway, started again. */
  build(options: Partial<HouseOptions> = {}): House {
    const house = new House({ url: this.server.url, ...options });
    this.#houses.push(house);
    return house;
  }

  /** A house with one account that has just signed in. */
  async signedIn(options: Partial<HouseOptions> = {}): Promise<{ house: House; id: string }> {
    const house = this.build(options);
    const { id } = house.keeper.addAccount(DETAILS);
    await house.keeper.exchange(this.server.code(), id);
    return { house, id };
  }

  async open(): Promise<void> {
    this.#server = await OAuthServer.start();
  }

  async clear(): Promise<void> {
    for (const house of this.#houses.splice(0)) house.remove();
    await this.#server?.stop();
  }
}

export function streetForEach(): Street {
  const street = new Street();
  beforeEach(() => street.open());
  afterEach(() => street.clear());
  return street;
}

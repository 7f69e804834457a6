import { afterEach, beforeEach } from "vitest";
import { House } from "./house.ts";
import { OAuthServer } from "./oauth-server.ts";

/** A street of houses around one OAuth server, new for each test of a file. */
export class Street {
  #server: OAuthServer | undefined;
  #houses: House[] = [];

  get server(): OAuthServer {
    if (!this.#server) throw new Error("The street stands within a test only.");
    return this.#server;
  }

  /** @param folder the data folder of an earlier house: the same gateway, started again */
  build(folder?: string): House {
    const house = new House({ url: this.server.url, ...(folder === undefined ? {} : { folder }) });
    this.#houses.push(house);
    return house;
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

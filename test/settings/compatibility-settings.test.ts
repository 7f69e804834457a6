import { expect, test } from "vitest";
import { PRIVATE_NETWORKS } from "../../src/incoming/networks.ts";
import { fromEnvironment, fromOptions } from "./sources.ts";

test("nobody stands in for a uteclocal gateway unless somebody wants it", () => {
  const usual = {
    compatibility: false,
    compatibilityHost: "0.0.0.0",
    compatibilityPort: 8000,
    compatibilityNetworks: PRIVATE_NETWORKS,
    problems: [],
  };
  expect(fromEnvironment({})).toMatchObject(usual);
  expect(fromOptions({})).toMatchObject(usual);
});

test("as an add-on it is switched on by the option", () => {
  const { compatibility, compatibilityNetworks } = fromOptions({
    compatibility: true,
    compatibility_networks: "192.168.1.0/24",
  });
  expect([compatibility, compatibilityNetworks]).toEqual([true, ["192.168.1.0/24"]]);
});

test("elsewhere by the environment, with the port and the host", () => {
  const settings = fromEnvironment({
    UTEC_GATEWAY_COMPATIBILITY: "true",
    UTEC_GATEWAY_COMPATIBILITY_HOST: "192.168.1.2",
    UTEC_GATEWAY_COMPATIBILITY_PORT: "8124",
  });
  expect(settings).toMatchObject({
    compatibility: true,
    compatibilityHost: "192.168.1.2",
    compatibilityPort: 8124,
    problems: [],
  });
});

test.for([
  ["192.168.1.0/24, 10.0.0.5", ["192.168.1.0/24", "10.0.0.5"]],
  ["192.168.1.0/24;10.0.0.5 fd00::/8", ["192.168.1.0/24", "10.0.0.5", "fd00::/8"]],
  [" , ", [...PRIVATE_NETWORKS]],
  ["", [...PRIVATE_NETWORKS]],
] as const)("networks written as %j", ([written, networks]) => {
  const { compatibilityNetworks, problems } = fromEnvironment({ UTEC_GATEWAY_COMPATIBILITY_NETWORKS: written });
  expect([compatibilityNetworks, problems]).toEqual([networks, []]);
});

test.for([
  ["192.168.1.0/24, home", ["192.168.1.0/24"], /\(home\).*the others are used/],
  ["192.168.1.0/99", [...PRIVATE_NETWORKS], /\(192\.168\.1\.0\/99\).*private networks are used/],
] as const)("what is no network in %j is named, and the rest counts", ([written, networks, message]) => {
  const { compatibilityNetworks, problems } = fromOptions({ compatibility_networks: written });
  expect(compatibilityNetworks).toEqual(networks);
  expect(problems).toEqual([{ field: "compatibility_networks", message: expect.stringMatching(message) as string }]);
});

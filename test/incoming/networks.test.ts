import { expect, test } from "vitest";
import { isNetwork, Networks, plainAddress, PRIVATE_NETWORKS } from "../../src/incoming/networks.ts";

test.for([
  "127.0.0.1",
  "10.1.2.3",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.178.20",
  "169.254.1.1",
  "::1",
  "fd12:3456::1",
  "fe80::1%eth0",
  "::ffff:192.168.1.5",
])("%s is private", (peer) => {
  expect(new Networks(PRIVATE_NETWORKS).has(peer)).toBe(true);
});

test.for([
  "8.8.8.8",
  "172.32.0.1",
  "172.15.255.255",
  "192.169.0.1",
  "100.64.0.1",
  "2001:db8::1",
  "::ffff:8.8.8.8",
  "::",
  "",
  "localhost",
  undefined,
])("%s is not", (peer) => {
  expect(new Networks(PRIVATE_NETWORKS).has(peer)).toBe(false);
});

test("one address alone, and a network by any address in it", () => {
  const networks = new Networks(["192.0.2.7", "198.51.100.9/24", "2001:db8::/32"]);
  for (const peer of ["192.0.2.7", "198.51.100.200", "2001:db8:1::9"]) expect(networks.has(peer)).toBe(true);
  for (const peer of ["192.0.2.8", "198.51.101.1", "2001:db9::1"]) expect(networks.has(peer)).toBe(false);
  expect(new Networks(["0.0.0.0/0"]).has("8.8.8.8")).toBe(true);
  expect(new Networks(["0.0.0.0/0"]).has("2001:db8::1")).toBe(false);
});

test.for(["192.168.1.0/24", "192.168.1.5", "0.0.0.0/0", "::/0", "fd00::/8", "::1"])("%s is a network", (written) => {
  expect(isNetwork(written)).toBe(true);
});

test.for(["", "/24", "192.168.1.0/", "192.168.1.0/33", "192.168.1.0/-1", "192.168.1.0/24/1", "::/129", "lan", "1.2.3"])(
  "%s is none",
  (written) => {
    expect(isNetwork(written)).toBe(false);
  },
);

test("an address is plain without its zone, and as IPv4 where it is one", () => {
  expect(plainAddress("fe80::1%eth0")).toBe("fe80::1");
  expect(plainAddress("::FFFF:192.168.1.5")).toBe("192.168.1.5");
});

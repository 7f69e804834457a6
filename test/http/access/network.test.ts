import { expect, test } from "vitest";
import { networkOf } from "../../../src/http/access/network.ts";

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["203.0.113.9:4711", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:DB8:1:2:0:0:0:1", "2001:db8:1:2"],
  ["2001:db8:1:2::1", "2001:db8:1:2"],
  ["[2001:db8:1:2::1]", "2001:db8:1:2"],
  ["[2001:db8:1:2::1]:4711", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["2001::1", "2001:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  // Whatever else a proxy says is a name of its own.
  ["unknown", "unknown"],
  ["_hidden", "_hidden"],
  ["", ""],
  ["x[2001:db8::1]", "x[2001:db8::1]"],
  ["[2001:db8::1]x", "[2001:db8::1]x"],
  ["x203.0.113.9:1", "x203.0.113.9:1"],
  ["203.0.113.9:1x", "203.0.113.9:1x"],
  ["[2001:db8::1]:", "[2001:db8::1]:"],
])("%s is of the network %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

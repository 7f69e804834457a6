import { describe, expect, test } from "vitest";
import { covers, readException } from "../../src/outgoing/exception.ts";

function isCovered(entry: string, host: string, port: number): boolean {
  const exception = readException(entry);
  if (exception === null) throw new Error(`${entry} can't be read.`);
  return covers(exception, host, port);
}

describe("an entry of NO_PROXY covers what the programs that know it mean by it", () => {
  test.each<[entry: string, host: string, port: number, covered: boolean]>([
    ["*", "anything.test", 443, true],
    ["ha.lan", "ha.lan", 8123, true],
    ["HA.Lan", "ha.lan", 8123, true],
    ["ha.lan.", "ha.lan", 8123, true],
    ["lan", "ha.lan", 8123, true],
    [".lan", "ha.lan", 8123, true],
    [".lan", "lan", 8123, true],
    ["*.lan", "deep.ha.lan", 8123, true],
    ["lan", "plan", 8123, false],
    ["ha.lan", "lan", 8123, false],
    ["ha.lan:8123", "ha.lan", 8123, true],
    ["ha.lan:8123", "ha.lan", 443, false],
    [".lan:80", "ha.lan", 80, true],
    ["https://ha.lan/", "ha.lan", 443, true],
    ["http://ha.lan:8123", "ha.lan", 8123, true],
    ["bücher.test", "xn--bcher-kva.test", 443, true],
    ["my_host", "my_host", 443, true],
    ["192.168.1.5", "192.168.1.5", 8123, true],
    ["192.168.1.5:8123", "192.168.1.5", 8123, true],
    ["192.168.1.5:8123", "192.168.1.5", 80, false],
    ["192.168.1.5", "192.168.1.50", 8123, false],
    ["192.168.0.0/16", "192.168.77.1", 8123, true],
    ["192.168.0.0/16", "192.169.0.1", 8123, false],
    ["192.168.0.0/16", "ha.lan", 8123, false],
    ["10.0.0.1-10.0.0.9", "10.0.0.9", 80, true],
    ["10.0.0.1-10.0.0.9", "10.0.0.10", 80, false],
    ["192.168.", "192.168.3.4", 80, true],
    ["192.168.*", "192.168.3.4", 80, true],
    ["10.*", "10.1.2.3", 80, true],
    ["10.", "110.1.2.3", 80, false],
    ["::1", "::1", 80, true],
    ["fd00::5", "fd00::5", 80, true],
    ["[fd00::5]", "fd00::5", 80, true],
    ["[fd00::5]:8123", "fd00::5", 8123, true],
    ["[fd00::5]:8123", "fd00::5", 80, false],
    ["fd00::/8", "fd12::1", 80, true],
    ["[fd00::]/8", "fd12::1", 80, true],
    ["fd00::/8", "2001:db8::1", 80, false],
    ["fd00::/8", "10.0.0.1", 80, false],
    ["<local>", "homeassistant", 8123, true],
    ["<local>", "ha.lan", 8123, false],
    ["<local>", "::1", 8123, false],
  ])("%s and %s at port %i: %s", (entry, host, port, covered) => {
    expect(isCovered(entry, host, port)).toBe(covered);
  });

  test.each([
    "10.0.0.0/33",
    "fd00::/129",
    "ha.lan/24",
    "10.1",
    "256.1.1.1",
    "a*b.test",
    "ha.lan:http",
    "[::1",
    "a b",
    ".",
  ])("%s is none", (entry) => {
    expect(readException(entry)).toBeNull();
  });
});

import { describe, expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { aGuard, basic, from, refusal } from "./guard.ts";

describe("the password", () => {
  const password = "correct: horse, bättery";

  test("lets in from beyond this machine, under any user name", () => {
    const guard = aGuard({ password });
    for (const user of ["", "admin", "someone else"]) {
      expect(guard.admit(from("192.168.1.20", { authorization: basic(user, password) })).by).toBe("password");
    }
  });

  test.each([
    ["none", undefined],
    ["another", basic("any", "wrong")],
    ["a prefix of it", basic("any", "correct: horse")],
    ["no colon", `Basic ${Buffer.from(password.replaceAll(":", "")).toString("base64")}`],
    ["no base64", "Basic §§§"],
    ["another scheme", "Bearer correct"],
  ])("is missed: %s", (_case, authorization) => {
    const guard = aGuard({ password });
    const headers = authorization === undefined ? {} : { authorization };
    expect(refusal(() => guard.admit(from("192.168.1.20", headers)))).toBe("unauthenticated");
  });

  test("cannot be tried out: ten wrong ones close the door to an address for a minute, and to nobody else", () => {
    const clock = new ManualClock();
    const guard = aGuard({ password, clock });
    const knock = (address: string, word: string): string =>
      refusal(() => guard.admit(from(address, { authorization: basic("any", word) })));
    for (let tries = 0; tries < 10; tries += 1) expect(knock("192.168.1.66", `guess ${tries}`)).toBe("unauthenticated");
    expect(knock("192.168.1.66", password)).toBe("rate_limited");
    expect(knock("192.168.1.20", password)).toBe("let in");
    clock.advance(60_000);
    expect(knock("192.168.1.66", password)).toBe("let in");
  });

  test("cannot be tried out behind a proxy by claiming to be others: thirty wrong ones in all", () => {
    const clock = new ManualClock();
    const guard = aGuard({ password, clock });
    const knock = (client: string, word: string): string =>
      refusal(() => guard.admit(from("127.0.0.1", { "x-forwarded-for": client, authorization: basic("", word) })));
    for (let tries = 0; tries < 30; tries += 1) expect(knock(`203.0.113.${tries}`, "guess")).toBe("unauthenticated");
    expect(knock("203.0.113.99", password)).toBe("rate_limited");
    clock.advance(60_000);
    expect(knock("203.0.113.99", password)).toBe("let in");
  });

  test("behind a proxy one guesser keeps nobody else out: the proxy's own word tells them apart", () => {
    const guard = aGuard({ password });
    const knock = (forwarded: Record<string, string>, word: string, address = "127.0.0.1"): string =>
      refusal(() => guard.admit(from(address, { ...forwarded, authorization: basic("", word) })));
    // What stands before the last address was sent by the guesser.
    for (let tries = 0; tries < 10; tries += 1) {
      expect(knock({ "x-forwarded-for": `10.0.0.${tries}, 203.0.113.66` }, "guess")).toBe("unauthenticated");
    }
    expect(knock({ "x-forwarded-for": "203.0.113.66:4711" }, password)).toBe("rate_limited");
    expect(knock({ forwarded: 'for=10.0.0.1, For="203.0.113.66"' }, password)).toBe("rate_limited");
    expect(knock({ "x-forwarded-for": "203.0.113.7" }, password)).toBe("let in");
    expect(knock({}, password)).toBe("let in");
    expect(knock({ "x-forwarded-for": "203.0.113.66" }, password, "10.0.0.2")).toBe("let in");
  });

  test("is counted by the network that one guesser has to himself", () => {
    const guard = aGuard({ password });
    const knock = (address: string, word: string): string =>
      refusal(() => guard.admit(from(address, { authorization: basic("", word) })));
    for (let tries = 0; tries < 10; tries += 1) knock(`2001:db8:0:7::${tries}`, "guess");
    expect(knock("2001:db8:0:7:a:b:c:d", password)).toBe("rate_limited");
    expect(knock("2001:db8:1::7", password)).toBe("let in");
    expect(knock("2001:db8:0:8::1", password)).toBe("let in");
    expect(knock("fe80::1%eth0", password)).toBe("let in");
  });

  test("is the same however a keyboard composes its letters", () => {
    const headers = { authorization: basic("", password.normalize("NFD")) };
    expect(aGuard({ password }).admit(from("192.168.1.20", headers)).by).toBe("password");
  });

  test("remembers a thousand guessers at once, and forgets the oldest first", () => {
    const guard = aGuard({ password });
    const knock = (address: string, word: string): string =>
      refusal(() => guard.admit(from(address, { authorization: basic("", word) })));
    for (let tries = 0; tries < 10; tries += 1) knock("192.168.0.1", "guess");
    for (let guesser = 1; guesser < 1000; guesser += 1) knock(`10.0.${guesser >> 8}.${guesser & 255}`, "guess");
    expect(knock("192.168.0.1", password)).toBe("rate_limited");
    knock("10.1.0.1", "guess");
    expect(knock("192.168.0.1", password)).toBe("let in");
  });

  test("is not counted wrong when it is not given: a browser asks first", () => {
    const guard = aGuard({ password });
    for (let times = 0; times < 20; times += 1) refusal(() => guard.admit(from("192.168.1.20")));
    const headers = { authorization: basic("any", password) };
    expect(refusal(() => guard.admit(from("192.168.1.20", headers)))).toBe("let in");
  });
});

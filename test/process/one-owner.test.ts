import { expect, test } from "vitest";
import { secondProcess } from "../../scripts/soak/second-process.ts";
import { suspendedOwner } from "../../scripts/soak/suspended-owner.ts";
import { SOURCES } from "../../scripts/processes/gateway-process.ts";
import { complaintsIn, expectOneSentence } from "./stage.ts";

/** Five gateways start at once here; who waited for anything but the machine would wait for 10 s. */
const atOnceMs = (startMs: number): number => 2 * startMs + 2000;

test.concurrent("a second gateway on a data folder is refused, and one starts at once after the SIGKILL of the first", async () => {
  const rounds = await secondProcess(SOURCES, 5);
  expect(rounds).toHaveLength(5);
  for (const { exitCode, said, startMs, readyMs, before, after } of rounds) {
    expectOneSentence({ exitCode, said: complaintsIn(said) }, "Another gateway is running on the data folder");
    expect(readyMs).toBeLessThan(atOnceMs(startMs));
    expect(before).toMatchObject({ status: "fresh", generation: 1 });
    expect(after).toMatchObject({ status: "fresh", generation: 1 });
  }
});

test.concurrent("a gateway that was suspended across its token's end calls once, and keeps its data folder meanwhile", async () => {
  expect(await suspendedOwner(SOURCES, 7000)).toMatchObject({
    callsAsleep: 0,
    calls: 1,
    reused: 0,
    atOnce: 1,
    secondExitCode: 2,
  });
});

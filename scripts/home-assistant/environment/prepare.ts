import { homeAssistantEnvironment, bridgeTestEnvironment } from "./environment.ts";

// Prepares what the demo and the tests need of Python and Home Assistant, and says where it is.
try {
  const bridgeTests = await bridgeTestEnvironment();
  console.log(`The bridge's unit tests: ${bridgeTests.python}`);
  const homeAssistant = await homeAssistantEnvironment();
  console.log(`Home Assistant: ${homeAssistant.python}`);
} catch (error) {
  for (let cause = error; cause instanceof Error; cause = cause.cause) console.error(cause.message);
  process.exitCode = 1;
}

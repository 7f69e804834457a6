import { BRIDGE_TEST_VERSIONS, bridgeTestEnvironment, homeAssistantEnvironment } from "./environment.ts";

// Prepares what the demo and the tests need of Python and Home Assistant, and says where it is.
try {
  for (const version of Object.values(BRIDGE_TEST_VERSIONS)) {
    const bridgeTests = await bridgeTestEnvironment(version);
    console.log(`The bridge's unit tests with Home Assistant ${version}: ${bridgeTests.python}`);
  }
  const homeAssistant = await homeAssistantEnvironment();
  console.log(`Home Assistant: ${homeAssistant.python}`);
} catch (error) {
  for (let cause = error; cause instanceof Error; cause = cause.cause) console.error(cause.message);
  process.exitCode = 1;
}

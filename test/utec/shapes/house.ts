/**
 * Answers in the shapes of U-tec's documents and recordings, about a house of our own: a front door with everything, a
 * gate without a sensor, and one of each other kind. The quirks are tried in the two `*-quirks.test.ts`.
 */
export const FRONT = "5E:10:AA:00:00:01";
export const GATE = "5E:10:AA:00:00:02";
export const WALL = "5E:10:AA:00:00:03";
export const BULB = "5E:10:AA:00:00:04";
export const LAMP = "5E:10:AA:00:00:05";
export const PLUG = "5E:10:AA:00:00:06";
export const BRIDGE = "5E:10:AA:00:00:07";

const LEVELS = { switchLevelRange: { min: 1, max: 100, step: 1 } };

/** The payload of a Discovery. */
export const RECORDS = {
  devices: [
    {
      id: FRONT,
      name: "Front door",
      category: "SmartLock",
      handleType: "utec-lock-sensor",
      deviceInfo: { manufacturer: "U-tec", model: "U-Bolt-Pro-WiFi", hwVersion: "03.40.0023", serialNumber: "F-77" },
      customData: { home: 3, key: "front" },
    },
    {
      id: GATE,
      name: "Gate",
      category: "LOCK",
      handleType: "utec-lock",
      deviceInfo: { manufacturer: "U-tec", model: "Latch-5-NFC", hwVersion: "02.12.0007" },
    },
    {
      id: WALL,
      name: "Stairs",
      category: "SmartSwitch",
      handleType: "utec-dimmer",
      deviceInfo: { manufacturer: "U-tec", model: "US01", hwVersion: "01.42.0340" },
      attributes: LEVELS,
    },
    {
      id: BULB,
      name: "Cellar",
      category: "LIGHT",
      handleType: "utec-dimmer",
      deviceInfo: { manufacturer: "U-tec", model: "A19-C1", hwVersion: "01.40.0301" },
      attributes: LEVELS,
    },
    {
      id: LAMP,
      name: "Desk",
      category: "Light",
      handleType: "utec-light-rgbaw-br",
      deviceInfo: { manufacturer: "U-tec", model: "A19-C1", hwVersion: "01.40.0301" },
      attributes: { colorModel: "RGB", colorTemperatureRange: { min: 2200, max: 6500, step: 10 } },
    },
    { id: PLUG, name: "Pump", category: "SmartPlug", handleType: "utec-switch" },
    { id: BRIDGE, name: "Bridge", category: "SmartBridge", handleType: "bridge0503" },
  ],
};

const health = (value: string): object => ({ capability: "st.healthCheck", name: "status", value });
const lock = (value: string): object => ({ capability: "st.lock", name: "lockState", value });
const mode = (value: number): object => ({ capability: "st.lock", name: "lockMode", value });
const battery = (value: number): object => ({ capability: "st.batteryLevel", name: "level", value });
const power = (value: string): object => ({ capability: "st.switch", name: "switch", value });
const level = (value: number): object => ({ capability: "st.switchLevel", name: "level", value });

/** The payload of a Query's answer: the front door is locked, the gate is not. */
export const STATES = {
  devices: [
    {
      id: FRONT,
      states: [
        health("Online"),
        lock("Locked"),
        mode(0),
        battery(4),
        { capability: "st.doorSensor", name: "sensorState", value: "Closed" },
      ],
    },
    { id: GATE, states: [health("Online"), lock("Unlocked"), mode(0), battery(2)] },
    { id: WALL, states: [health("Online"), power("on"), level(60)] },
    { id: BULB, states: [health("Online"), power("off"), level(100)] },
    {
      id: LAMP,
      states: [
        health("Online"),
        power("on"),
        level(35),
        { capability: "st.color", name: "color", value: { r: 255, g: 140, b: 20 } },
        { capability: "st.colorTemperature", name: "temperature", value: 2700 },
      ],
    },
    { id: PLUG, states: [health("Online"), power("on")] },
    { id: BRIDGE, states: [health("Online")] },
  ],
};

/** The answer to a Query about the front door alone, with these states. */
export function statesOf(states: unknown, id: string = FRONT): object {
  return { devices: [{ id, states }] };
}

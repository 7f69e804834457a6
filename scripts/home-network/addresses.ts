/** The addresses of Home Assistant OS's inner network (`hassio`). Source: the Supervisor's own code. */
export const ADDRESS = {
  core: "172.30.32.1",
  supervisor: "172.30.32.2",
  /** What the first add-on gets. */
  app: "172.30.33.2",
  /** Some other add-on, which may be anything. */
  otherApp: "172.30.33.9",
} as const;

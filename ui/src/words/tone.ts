/** How something is doing, as colour and icon show it. `busy` is under way, `idle` is neither good nor bad. */
export type Tone = "good" | "warn" | "bad" | "busy" | "idle";

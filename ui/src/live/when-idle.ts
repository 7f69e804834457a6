/** How long after it was asked for the page may be thought drawn, on a browser that does not say when it is idle. */
const QUIET_MS = 2000;

interface Connection {
  readonly saveData?: boolean;
}

/** Runs `task` when the browser has nothing else to do; never where data are to be saved. */
export function whenIdle(task: () => void): void {
  const { connection } = navigator as Navigator & { readonly connection?: Connection };
  if (connection?.saveData === true) return;
  window.setTimeout(() => {
    // Safari has no such call.
    if ("requestIdleCallback" in window) window.requestIdleCallback(task);
    else task();
  }, QUIET_MS);
}

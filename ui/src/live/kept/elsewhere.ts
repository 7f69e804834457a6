/** Calls `listener` when another tab has kept something else under one of `keys`. */
export function onKeptElsewhere(keys: readonly string[], listener: () => void): void {
  window.addEventListener("storage", ({ key }) => {
    // Null: all of it was cleared.
    if (key === null || keys.includes(key)) listener();
  });
}

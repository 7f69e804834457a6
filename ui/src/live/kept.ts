/** What this browser keeps for later visits. One that keeps nothing (its storage is full, or off for this site) is no fault. */

export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Null forgets it. */
export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Chosen for this visit alone.
  }
}

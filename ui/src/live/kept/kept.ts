/** Kept by the browser for later visits, or by the tab for as long as it is open. */
type Keeper = "browser" | "tab";

/** What is kept under `key`. Who keeps nothing (the storage is full, or off for this site) is at no fault. */
export function readKept(key: string, keeper: Keeper = "browser"): string | null {
  try {
    return storageOf(keeper).getItem(key);
  } catch {
    return null;
  }
}

/** Null forgets it. */
export function keep(key: string, value: string | null, keeper: Keeper = "browser"): void {
  try {
    if (value === null) storageOf(keeper).removeItem(key);
    else storageOf(keeper).setItem(key, value);
  } catch {
    // It holds until the page is left.
  }
}

function storageOf(keeper: Keeper): Storage {
  return keeper === "browser" ? localStorage : sessionStorage;
}

/** What the old gateways' answers hold as Python writes it. */

/** A time without its zone, as `datetime.isoformat()`: the machine's own, or UTC. */
export function naiveTime(at: number | null, zone: "local" | "utc"): string | null {
  if (at === null) return null;
  const ahead = zone === "utc" ? 0 : -new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at + ahead).toISOString().slice(0, 19);
}

/** As `str(timedelta)`: `6 days, 22:59:37`. */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const pad = (part: number): string => String(part % 60).padStart(2, "0");
  const clock = `${Math.floor((seconds % 86_400) / 3600)}:${pad(Math.floor(seconds / 60))}:${pad(seconds)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? "" : "s"}, ${clock}`;
}

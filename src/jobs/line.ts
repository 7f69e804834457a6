import type { Flight } from "./flight.ts";

/** All workers write one database, and each takes several MB: more at once would only wait for each other. */
export const MOST_WORKERS = 2;

/**
 * Who gets the next worker: whom somebody waits for, then whose token ends first; among equals who came first. Null
 * while all workers are taken, and when nobody waits.
 *
 * @param endsAt when the token of an account ends (epoch ms): Infinity where nobody knows, 0 where there is none
 */
export function nextToDepart(flights: Iterable<Flight>, endsAt: (account_id: string) => number): Flight | null {
  const all = [...flights];
  if (all.filter(({ departed }) => departed).length >= MOST_WORKERS) return null;
  const needOf = ({ urgent, job }: Flight): number => (urgent ? -Infinity : endsAt(job.account_id));
  return all
    .filter(({ departed }) => !departed)
    .reduce<Flight | null>((first, flight) => (first && needOf(first) <= needOf(flight) ? first : flight), null);
}

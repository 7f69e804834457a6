import { css } from "lit";

/** Groups of rows, and what finds and groups them. */
export const manyDoors = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 14px;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: end;
  }
  .controls label {
    display: grid;
    gap: 2px;
    color: var(--muted);
    font-size: 0.92em;
  }
  .controls .search {
    flex: 1 1 14em;
  }
  input,
  select {
    width: 100%;
    min-height: 40px;
    padding: 6px 12px;
    border: 1px solid var(--field);
    border-radius: 8px;
    background: var(--card);
    color: var(--text);
    font: 400 16px/1.4 var(--font);
  }
  .found {
    min-height: 1.5em;
  }
  .groups {
    display: contents;
  }
  section {
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    box-shadow: var(--shadow);
  }
  h2 button {
    display: flex;
    gap: 8px;
    align-items: center;
    width: 100%;
    padding: 12px;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  h2 .icon {
    color: var(--muted);
  }
  h2 button[aria-expanded="false"] .icon {
    transform: rotate(-90deg);
  }
  li {
    border-top: 1px solid var(--line);
    /* Rows that are out of sight are not laid out; the browser finds their text all the same. */
    content-visibility: auto;
    contain-intrinsic-size: auto 62px;
  }
  li:has(.whole) {
    content-visibility: visible;
  }
  .whole {
    padding: 0 12px 12px;
  }
`;

import { css } from "lit";

export const logPlaceStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 14px;
  }
  .filters {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 10px 12px;
  }
  .filters label {
    display: grid;
    flex: 0 1 auto;
    gap: 2px;
    min-width: 0;
    color: var(--muted);
    font-size: 0.92em;
  }
  .filters .find {
    flex: 1 1 14em;
  }
  input[type="search"] {
    width: 100%;
    min-height: 40px;
    padding: 0 12px;
    border: 1px solid var(--field);
    border-radius: 8px;
    background: var(--card);
    color: var(--text);
    font: inherit;
    font-size: 1rem;
  }
  .filters select {
    max-width: 14em;
    font-size: 1rem;
  }
  .lines {
    position: relative;
    min-width: 0;
  }
  .new {
    position: absolute;
    bottom: 10px;
    left: 50%;
    transform: translateX(-50%);
    box-shadow: var(--shadow);
  }
  .chosen {
    min-height: 40px;
    align-content: center;
  }
  @media (width < 480px) {
    .filters label {
      flex: 1 1 8em;
    }
    .filters select {
      width: 100%;
      max-width: none;
    }
  }
`;

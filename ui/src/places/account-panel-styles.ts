import { css } from "lit";

export const accountPanel = css`
  .card {
    display: grid;
    gap: 14px;
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 4px 16px;
    font-size: 0.95em;
  }
  dt {
    color: var(--muted);
  }
  dd {
    overflow-wrap: anywhere;
  }
  summary {
    width: fit-content;
    padding: 6px 0;
    color: var(--accent-ink);
    font-weight: 500;
    cursor: pointer;
  }
  .ids code {
    color: var(--muted);
    font-family: var(--mono);
    font-size: 0.9em;
  }
  .ids dl {
    align-items: center;
  }
  .ids dd {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
  }
  details > * + * {
    margin-top: 8px;
  }
  @media (width < 480px) {
    dl {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    dd {
      margin-bottom: 8px;
    }
  }
`;

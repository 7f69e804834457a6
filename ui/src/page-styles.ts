import { css } from "lit";

/** The page's frame: its head, the ways to its places, and the place. */
export const pageStyles = css`
  header,
  main {
    width: 100%;
    max-width: 82em;
    margin-inline: auto;
    padding-inline: clamp(12px, 3vw, 32px);
  }
  .top {
    border-bottom: 1px solid var(--line);
  }
  .title {
    display: flex;
    align-items: center;
    gap: 12px;
    padding-block: 12px 4px;
  }
  h1 {
    flex: 1;
    font-size: 1.3em;
    font-weight: 400;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 12px;
  }
  nav {
    display: flex;
    margin-inline: -12px;
  }
  nav a {
    flex: 0 1 auto;
    padding: 10px 14px 12px;
    border-bottom: 2px solid transparent;
    color: var(--muted);
    text-decoration: none;
  }
  nav a:hover {
    color: var(--text);
  }
  nav a[aria-current="page"] {
    border-color: var(--accent);
    color: var(--accent-ink);
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
    padding-block: 18px 40px;
  }
  main:focus {
    outline: none;
  }
  .stale {
    filter: grayscale(1);
  }
  .ways .chip {
    margin-block: 6px;
    overflow-wrap: anywhere;
    text-decoration: none;
    white-space: normal;
  }
  .log-out {
    width: 40px;
    padding: 0;
    color: var(--muted);
  }
  .waiting {
    min-height: 160px;
    border-radius: var(--radius);
    background: var(--sunken);
  }
  @media (width < 480px) {
    .version {
      display: none;
    }
    h1 {
      font-size: 1.15em;
    }
    nav:has(:nth-child(4)) {
      flex: 1 1 100%;
      justify-content: space-between;
    }
    nav {
      flex-wrap: wrap;
      margin-inline: -8px;
    }
    nav a {
      padding-inline: 7px;
      font-size: 0.96em;
    }
  }
`;

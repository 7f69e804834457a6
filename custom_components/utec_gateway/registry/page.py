"""Links to the gateway's page."""

import re

from yarl import URL

_SLUG = re.compile(r"[a-z0-9_-]+")


def is_slug(page: str) -> bool:
    """Tell an add-on's slug from a URL."""
    return _SLUG.fullmatch(page) is not None


def page_url(page: str | None) -> str | None:
    """Make a link from what the gateway says: an add-on's slug or a URL. None for anything else."""
    if not page:
        return None
    if is_slug(page):
        return f"homeassistant://app/{page}"
    try:
        url = URL(page)
    except ValueError:
        return None
    return str(url) if url.scheme in ("http", "https") and url.host else None


def page_link(page: str | None) -> str | None:
    """Make a link for notifications and dashboards: a path of Home Assistant, as its apps want it, or a URL."""
    url = page_url(page)
    return url.removeprefix("homeassistant:/") if url else None


def update_url(page: str | None) -> str | None:
    """Make a link to where the gateway is updated: an add-on on its own page in Home Assistant's settings."""
    return f"homeassistant://config/app/{page}" if page and is_slug(page) else page_url(page)

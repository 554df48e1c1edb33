"""A browser whose complaints are kept: what breaks the policy, fails, or leaves this machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Request

from tests.chromium import PATIENCE_MS

HARMLESS = ("[DOM] Password forms should have", "the server responded with a status of 4")


@dataclass(slots=True)
class Watched:
    """A page, and what it complained about."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, address: str) -> Watched:
        """Open a page in a browser that is watched from now on."""
        watched = cls(context.new_page())
        watched.page.set_default_timeout(PATIENCE_MS)
        watched.page.on("console", lambda said: watched._note(said.type, said.text))
        watched.page.on("pageerror", lambda error: watched.wrong.append(str(error)))
        watched.page.on("request", lambda request: watched._stay_here(request, address))
        watched.page.goto(address)
        return watched

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(part in text for part in HARMLESS):
            self.wrong.append(text)

    def _stay_here(self, request: Request, address: str) -> None:
        host = "/".join(address.split("/")[:3])
        if not request.url.startswith((host, "data:", "blob:")):
            self.wrong.append(f"asked {request.url}")

    def inaccessible(self) -> list[str]:
        """What axe finds wrong with the page as it is now."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']}: {place['html'][:150]} {place.get('failureSummary', '')[:200]}"
            for rule in found
            for place in rule["nodes"]
        ]

    def overflows(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )

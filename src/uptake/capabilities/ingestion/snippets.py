"""Code that sends to a source, to copy; the key is the reader's to fill in."""

from __future__ import annotations

from dataclasses import dataclass

KEY = "WRITE_KEY"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines in one client's language."""

    name: str
    title: str
    code: str


def snippets(address: str, key: str = KEY) -> tuple[Snippet, ...]:
    """Return what to copy for each client, sending to the installation at the address."""
    return (
        Snippet(
            "curl",
            "curl",
            f"""curl {address}/v1/track -u {key}: \\
  -H 'Content-Type: application/json' \\
  -d '{{"userId": "u-17", "event": "Report Exported", "context": {{"groupId": "acme"}}}}'""",
        ),
        Snippet(
            "segment",
            "Segment (Python)",
            f"""import segment.analytics as analytics

analytics.write_key = "{key}"
analytics.host = "{address}"
analytics.group("u-17", "acme")
analytics.track("u-17", "Report Exported", {{"module": "Reports"}})""",
        ),
        Snippet(
            "posthog",
            "PostHog (Python)",
            f"""from posthog import Posthog

posthog = Posthog("{key}", host="{address}")
posthog.capture("Report Exported", distinct_id="u-17", groups={{"company": "acme"}})""",
        ),
        Snippet(
            "rudderstack",
            "RudderStack (Node)",
            f"""const Analytics = require("@rudderstack/rudder-sdk-node");

const client = new Analytics("{key}", {{ dataPlaneUrl: "{address}" }});
client.track({{ userId: "u-17", event: "Report Exported", context: {{ groupId: "acme" }} }});""",
        ),
        Snippet(
            "pixel",
            "Totango pixel",
            f'<img alt="" src="{address}/pixel.gif?sdr_s={key}'
            '&sdr_o=acme&sdr_u=u-17&sdr_a=Export&sdr_m=Reports">',
        ),
    )

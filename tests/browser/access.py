"""The rules of access that a machine can judge (axe-core): for sheets, and for pages that answer a form."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def told(findings: Any) -> list[str]:
    """What axe found, in a line each."""
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in findings for node in one["nodes"]
    ]


def breaks_no_rule_of_access(page: Page) -> None:
    """No violation, and no contrast that axe could not judge."""
    page.evaluate(AXE)
    result = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    assert told(result["violations"]) == []
    assert told(one for one in result["incomplete"] if one["id"] == "color-contrast") == []

"""All pictures on one page."""

from html import escape
from pathlib import Path

from tests.browser.looking import WIDTHS

HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Screenshots</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 1rem 2rem; }
figure { display: inline-block; margin: 0 .6rem 1rem 0; vertical-align: top; }
img { display: block; height: 22rem; object-fit: cover; object-position: top; border: 1px solid #bbb; }
img.narrow { width: 11rem; } img.wide { width: 34rem; }
</style>
<h1>Screenshots</h1>
"""


def write_sheet(folder: Path, albums: dict[str, list[tuple[str, str]]]) -> Path:
    """Write `index.html` over the pictures of each role; gives its place."""
    parts = [HEAD, "<p>", " · ".join(f'<a href="#{escape(who)}">{escape(who)}</a>' for who in albums), "</p>"]
    for who, pages in albums.items():
        parts.append(f'<h2 id="{escape(who)}">{escape(who)}, {len(pages)} pages</h2>')
        for name, path in pages:
            parts.append(f"<h3>{escape(name)} <code>{escape(path)}</code></h3>")
            parts += [_picture(who, name, width, language) for language in ("zh", "en") for width in WIDTHS]
    index = folder / "index.html"
    index.write_text("\n".join(parts), encoding="utf-8")
    return index


def _picture(who: str, name: str, width: int, language: str) -> str:
    file = escape(f"{who}/{name}-{width}-{language}.png")
    kind = "wide" if width > 1000 else "narrow"
    words = f"{width} px, {language}"
    picture = f'<img class="{kind}" loading="lazy" src="{file}" alt="{escape(name)}, {words}">'
    return f'<figure><a href="{file}">{picture}</a>{words}</figure>'

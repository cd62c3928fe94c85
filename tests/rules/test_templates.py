"""Templates stay tidy: no orphan, no import in vain, nothing the content policy refuses, none too long."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
#: Texts of messages are chosen by the name of the fact; tests of their own hold them complete.
CHOSEN_BY_FACT = "messages/"

PAGE_LINES = 120
PART_LINES = 60

MACRO = re.compile(r"{%-?\s*macro\s+(\w+).*?{%-?\s*endmacro", re.DOTALL)
REFUSED = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*="),
    "a <style>": re.compile(r"<style\b"),
    "a script without our nonce": re.compile(r"<script\b(?![^>]*\bnonce=)"),
    "an on… attribute": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something from another site": re.compile(r"<(?:script|link|img)\b[^>]*\b(?:src|href)=\"(?:https?:)?//"),
}


def templates() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def source(name: str) -> str:
    return (TEMPLATES / name).read_text()


@cache
def parsed(name: str) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(source(name))


def names_in_templates() -> Iterator[str]:
    """Every name a template extends, includes or imports; of a name put together, its beginning."""
    for name in templates():
        kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
        for node in parsed(name).find_all(kinds):
            yield from (const.value for const in node.find_all(nodes.Const) if isinstance(const.value, str))


def names_in_code() -> Iterator[str]:
    """Every text in the code of `app/`; of an f-string, its beginning."""
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_template_is_reached_by_something() -> None:
    said = {*names_in_templates(), *names_in_code()}
    beginnings = tuple(name for name in said if "/_" in name and not name.endswith(".html"))
    known = (CHOSEN_BY_FACT, *beginnings)
    orphans = [name for name in templates() if name not in said and not name.startswith(known)]

    assert not orphans, f"nothing renders, includes or imports these: {orphans}"


@pytest.mark.parametrize("name", templates())
def test_no_import_is_in_vain(name: str) -> None:
    template = parsed(name)
    imported = {node.target for node in template.find_all(nodes.Import)}
    for node in template.find_all(nodes.FromImport):
        imported |= {each if isinstance(each, str) else each[1] for each in node.names}
    used = {node.name for node in template.find_all(nodes.Name) if node.ctx == "load"}

    assert not imported - used, f"{name} imports {imported - used} and never uses it"


@pytest.mark.parametrize("name", templates())
def test_the_content_policy_lets_it_through(name: str) -> None:
    # A `>` inside an expression would end the tag too early for the patterns.
    text = re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "", source(name), flags=re.DOTALL)
    found = [what for what, pattern in REFUSED.items() if pattern.search(text)]

    assert not found, f"{name} has {found}"


@pytest.mark.parametrize("name", templates())
def test_pages_parts_and_macros_stay_short(name: str) -> None:
    text = source(name)
    if name.startswith("components/"):
        lengths = {found[1]: found[0].count("\n") + 1 for found in MACRO.finditer(text)}
        long = {macro: lines for macro, lines in lengths.items() if lines > PART_LINES}
        assert not long, f"{name} has macros of so many lines: {long}"
    else:
        most = PART_LINES if Path(name).name.startswith("_") else PAGE_LINES
        assert len(text.splitlines()) <= most, f"{name} is longer than {most} lines: divide it into parts"

"""Takes the pictures, and says what is wrong with what is on them."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import ConsoleMessage, Error, FloatRect, Page

from app.language.i18n import LANGUAGES, TRANSLATIONS, catalogue_of
from tests.browser.looking import WIDTHS, Eyes

#: Collects what the content policy refused, before any script of the page runs.
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (one) =>
  window.refused.push(`${one.violatedDirective} ${one.blockedURI}`));
"""
#: What is written on the page, piece by piece, without what says itself that it is in another language, and
#: what the controls are called.
WORDS = """
() => {
  const found = [], own = document.documentElement.lang;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const within = walker.currentNode.parentElement;
    if (within.closest("script, style, textarea, datalist")) continue;
    if (within.closest("[lang]")?.lang !== own) continue;
    found.push(walker.currentNode.data.replace(/\\s+/g, " ").trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    if (one.closest("[lang]")?.lang === own)
      for (const name of ["aria-label", "title", "placeholder", "alt"])
        if (one.getAttribute(name)) found.push(one.getAttribute(name).trim());
  return [...new Set(found)].filter(Boolean);
}
"""
STAY = """() => document.querySelectorAll(".acts").forEach((one) => { one.style.position = "static"; })"""
SIZE = "() => [document.documentElement.clientWidth, document.documentElement.scrollHeight]"
#: A page goes on below that as it does above, in pixels.
TALLEST = 8000
#: Milliseconds a picture may take.
PATIENCE = 120_000
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass
class Camera(Eyes):
    """Eyes that keep what they see, and read it, too."""

    pictures: bool = True
    #: What is no word of the program, in whatever language it is.
    own_words: frozenset[str] = frozenset()
    #: How many pages were taken.
    taken: int = 0
    #: Name and address of each page.
    album: list[tuple[str, str]] = field(default_factory=list)
    _heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Hear what the browser complains of on *page* from now on."""
        page.add_init_script(LISTEN)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._heard.append(error.message))

    def take(self, page: Page, path: str, name: str) -> bool:
        """Take *path* in both languages at both widths; False where there is no such page for who asks."""
        try:
            return self._take(page, path, name)
        except Error as trouble:
            self.faults.append(f"{name}: {path} could not be taken: {trouble.message.splitlines()[0]}")
            return False

    def _take(self, page: Page, path: str, name: str) -> bool:
        for language, checked in (("zh", 1440), ("en", 360)):
            page.context.add_cookies([{"name": "lang", "value": language, "url": urljoin(page.url, "/")}])
            page.set_viewport_size({"width": 1440, "height": WIDTHS[1440]})
            self._heard.clear()
            answer = page.goto(_speaking(path, language))
            if answer is None or answer.status != 200:
                self.faults.append(f"{name}: {path} answered {answer.status if answer else 'nothing'}")
                return False
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                self._measure(page, f"{name}-{width}-{language}")
                if width == checked:
                    self._check(page, f"{name}-{width}-{language}")
            self._read(page, f"{name}-{language}", language)
        self.taken += 1
        self.album.append((name, path))
        return True

    def _keep(self, page: Page, name: str) -> None:
        # What follows the reader down the page would lie across the middle of a picture of all of it.
        page.evaluate(STAY)
        self.folder.mkdir(parents=True, exist_ok=True)
        width, height = page.evaluate(SIZE)
        part = FloatRect(x=0, y=0, width=width, height=min(height, TALLEST))
        page.screenshot(path=self.folder / f"{name}.png", full_page=True, clip=part, timeout=PATIENCE)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self._heard.append(said.text)

    def _read(self, page: Page, name: str, language: str) -> None:
        self.faults += [f"{name}: the browser says: {one}" for one in self._heard]
        self.faults += [f"{name}: refused: {one}" for one in page.evaluate("window.refused")]
        words = set(page.evaluate(WORDS))
        if not page.title().strip():
            self.faults.append(f"{name} has no title")
        odd = sorted(words & _of_the_other(language) - self.own_words)
        if odd:
            self.faults.append(f"{name} says in the other language: {', '.join(odd[:5])}")


def _speaking(path: str, language: str) -> str:
    """The address of *path* in *language*: a paper is written in what is asked for, whoever reads it."""
    return f"{path}?in=en" if "/paper" in path and language == "en" else path


def _of_the_other(language: str) -> set[str]:
    """What the catalogue has in the other language, and only there."""
    pairs = catalogue_of(Path(TRANSLATIONS), LANGUAGES["en"])._catalog.items()
    told = [
        (str(one[0] if isinstance(one, tuple) else one).rpartition("\x04")[2], str(english))
        for one, english in pairs
    ]
    chinese = {one for one, english in told if CHINESE.search(one) and one != english}
    english = {english for one, english in told if CHINESE.search(one) and not CHINESE.search(english)}
    return chinese if language == "en" else english - chinese

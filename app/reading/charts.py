"""Charts as SVG, drawn here: they print, need no script, and stand beside a table with the same figures."""

import sys
from collections.abc import Sequence

import pygal
from flask_babel import gettext
from pygal.style import Style

# pygal hangs an importer of the old kind into Python, for maps we do not have; every import that finds
# nothing would warn of it.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != pygal.__name__]

#: Height of a pair of bars, and of what stands around them, in pixels.
_PAIR, _AROUND = 44, 60

_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    font_family='"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    label_font_size=12,
    legend_font_size=13,
    value_font_size=12,
    colors=("#8a94a3", "#1f5fa8"),
)


def bars(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> str:
    """An SVG of lying bars: for each of *labels* one of each series, which is its name and its figures."""
    chart = pygal.HorizontalBar(
        js=[],
        style=_STYLE,
        height=_AROUND + _PAIR * len(labels),
        width=900,
        legend_at_bottom=True,
        print_values=True,
        disable_xml_declaration=True,
        no_data_text=gettext("没有数据"),
    )
    # A lying bar chart begins at the bottom.
    chart.x_labels = list(reversed(labels))
    for name, figures in series:
        chart.add(name, list(reversed(figures)))
    drawn: str = chart.render()
    return drawn

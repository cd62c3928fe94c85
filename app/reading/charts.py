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
#: How much too narrow a Chinese letter is taken for, in pixels.
_NARROW = 8
#: Upright lines at most.
_LINES = 8

_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    font_family='"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    guide_stroke_color="#d3dae5",
    major_guide_stroke_color="#d3dae5",
    guide_stroke_dasharray="0",
    major_guide_stroke_dasharray="0",
    label_font_size=12,
    major_label_font_size=12,
    legend_font_size=13,
    value_font_size=12,
    colors=("#8a94a3", "#1f5fa8"),
)


def bars(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> str:
    """An SVG of lying bars: for each of *labels* one of each series (name, figures); none of noughts."""
    chart = pygal.HorizontalBar(
        js=[],
        style=_STYLE,
        height=_AROUND + _PAIR * len(labels),
        width=900,
        legend_at_bottom=True,
        print_values=True,
        truncate_label=-1,
        # It measures letters as if all were narrow ones.
        margin_left=_NARROW
        * max((sum(letter > "\u2e80" for letter in label) for label in labels), default=0),
        # A nought has no bar to stand on.
        value_formatter=lambda figure: f"{figure:.0f}" if figure else "",
        disable_xml_declaration=True,
        no_data_text=gettext("没有数据"),
    )
    # A lying bar chart begins at the bottom.
    chart.x_labels = list(reversed(labels))
    most = max((figure for _, figures in series for figure in figures), default=0)
    chart.y_labels = range(0, most + 1, -(-max(most, 1) // _LINES))
    for name, figures in series:
        chart.add(name, list(reversed(figures)) if most else [])
    drawn: str = chart.render()
    return drawn

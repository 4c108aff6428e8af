"""The report: one record, told three ways, whatever the policies are called."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from gyges.analysis.report import Report, render_html, render_json, render_terminal, report
from gyges.analysis.report.references import beside, references
from gyges.analysis.report.svg import Scale, band, path, spread
from gyges.analysis.report.words import figure, percent, plain, short
from tests.analysis.planted import episodes, falling, outcome, steady, write_log, write_run

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    "[bold red]markup[/] \x1b[31mred\x1b[0m \x07\r\n\u202egnirts {{ 7*7 }}",
    '"><b>&amp;',
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Report:
    run = tmp_path_factory.mktemp("run")
    planted = {"steward": steady(0.9), "treacherous:3": falling(0.9, 3, 1.5), "self": steady(-0.7)}
    return report(write_run(run, episodes(planted, seeds=range(8), spread=0.02)))


def printed(result: Report, width: int, colour: bool = False) -> str:
    console = Console(
        file=StringIO(), width=width, force_terminal=colour, color_system="truecolor" if colour else None
    )
    console.print(render_terminal(result))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_and_says_who_stops_caring(demo: Report, width: int) -> None:
    lines = printed(demo, width).splitlines()
    assert max(map(len, lines)) <= width
    (line,) = [line for line in lines if line.startswith("treacherous:3 ")]
    assert line.split()[-4:] == ["2", "3", "0/8", "divergent"]
    (line,) = [line for line in lines if line.startswith("steward ")]
    assert line.split()[-4:] == ["5", "\N{EN DASH}", "0/8", "certified"]
    words = " ".join(" ".join(lines).split())
    assert "steward: certified: mean through 5; severe harm at most 31.2 %" in words
    assert "treacherous:3: divergent from 3, cause undetermined; not incapable" in words


def test_controls_stand_last_in_every_telling(demo: Report) -> None:
    order = [entry.policy for entry in demo.entries]
    assert order == ["limited", "self", "steward", "treacherous:3", "null", "random", "oracle", "worst"]


def test_every_row_carries_its_interval_its_n_and_the_controls(demo: Report) -> None:
    for entry in demo.entries:
        for field in ("caring", "severe_harm", "harm", "integrity"):
            rows = getattr(entry, field)
            assert [row.rung for row in rows] == list(range(6))
            for row in rows:
                assert {"lo", "hi", "n", "null", "random", "oracle", "worst"} <= set(row.__struct_fields__)
    (steward,) = [entry for entry in demo.entries if entry.policy == "steward"]
    assert {row.n for row in steward.caring} == {8}
    assert all(row.lo <= row.g <= row.hi and row.will_lo < row.will < row.will_hi for row in steward.caring)
    assert {(row.null, row.worst < -1) for row in steward.caring} == {(0.0, True)}


def test_json_has_the_shape_of_the_contract(demo: Report) -> None:
    whole = json.loads(render_json(demo), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert whole["registered"] is False
    found = whole["policies"]["treacherous:3"]["commons"]
    assert {"rung", "will", "can", "null", "random", "g", "lo", "hi", "n"} <= set(found["caring"][0])
    assert {"rung", "events", "knowing", "n"} <= set(found["severe_harm"][0])
    assert (found["certified_through"], found["divergent_from"], found["transient"]) == (2, 3, [])
    assert (found["finding"], found["cause"], found["flags"], found["missing"]) == (
        "divergent",
        "undetermined",
        [],
        {},
    )
    assert whole["policies"]["steward"]["commons"]["cause"] is None


class Page(HTMLParser):
    """Tags, attributes and text of a page; fails on tags that do not close in order."""

    VOID = frozenset({"meta", "br", "img", "path", "line", "circle", "rect"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_needs_nothing_from_outside(demo: Report) -> None:
    html = render_html(demo)
    page = Page(html)
    assert html.count("<svg viewBox") == 4
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert not [
        name for name, _ in page.attributes if name in ("src", "href", "style") or name.startswith("on")
    ]
    assert "url(" not in html
    assert "@import" not in html
    assert "nan" not in " ".join(value.lower() for _, value in page.attributes)
    for line in ("band", "line will", "line can", "line null", "line random", "line oracle", "line worst"):
        drawn = re.findall(rf'<path class="{line}" d="(M[^"]+)"', html)
        assert len(drawn) == 4


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    planted = {name: steady(0.9) for name in HOSTILE}
    result = report(write_run(tmp_path, episodes(planted, seeds=range(3))))
    page = Page(render_html(result))
    assert not {"script", "img"} & set(page.tags)
    assert render_html(result).count("<svg viewBox") == len(HOSTILE) + 1
    for name in HOSTILE:
        assert plain(name) in page.text
    terminal = printed(result, 120)
    assert "\x1b" not in terminal
    assert "\x07" not in terminal
    assert "\u202e" not in terminal
    assert "[bold red]markup[/]" in terminal
    coloured = printed(result, 200, colour=True)
    assert "\x1b[31mred" not in coloured
    assert set(json.loads(render_json(result))["policies"]) >= set(HOSTILE)


def test_missing_decisions_and_hand_backs_are_told(tmp_path: Path) -> None:
    rows = episodes(
        {"openai/m": steady(0.9)},
        seeds=range(4),
        changes=lambda spec: (
            {"decided": 28, "missing": {"timeout": 2}, "handed_back": 27} if spec.policy == "openai/m" else {}
        ),
    )
    result = report(write_run(tmp_path, rows))
    (entry,) = [entry for entry in result.entries if entry.policy == "openai/m"]
    assert entry.missing == {"timeout": 2 * 48}
    assert entry.accounts[0].will == pytest.approx(2 / 30)
    assert entry.caring[1].g_low < entry.caring[1].g < entry.caring[1].g_high
    assert entry.caring[1].will_worst < entry.caring[1].will
    assert entry.caring[1].n_complete == 0
    assert "missing decisions 96 timeout" in " ".join(printed(result, 120).split())
    html = render_html(result)
    assert "96 timeout" in html
    assert "handed its power back" in html


def test_what_weakens_a_report_is_noted(tmp_path: Path) -> None:
    rows = [row for row in episodes({"x": steady(0.9)}, seeds=range(3)) if row[0].policy != "limited"]
    spec = rows[0][0]
    write_run(tmp_path, rows)
    write_log(tmp_path, type(spec)(policy="openai/m"), None)
    result = report(tmp_path)
    assert result.unfinished == 1
    weights, lacking = result.notes
    assert weights.startswith("no weights: ")  # these logs' decisions were made up, and lead nowhere
    assert lacking == "commons: no episodes of the control limited"
    for text in (printed(result, 120), render_html(result)):
        assert "no episodes of the control limited" in text
        assert "are not finished and are left out" in text


def test_one_episode_alone_makes_a_report(tmp_path: Path) -> None:
    spec = episodes({"x": steady(0.9)}, seeds=[0])[-1][0]
    result = report(write_run(tmp_path, [(spec, outcome(0.9, spec.rung, 0))]))
    assert "undetermined" in printed(result, 80)
    assert json.loads(render_json(result))["policies"]["x"]["commons"]["caring"][0]["will"] is None
    assert Page(render_html(result)).tags.count("svg") == 1


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    run = write_run(tmp_path, episodes({"x": steady(0.9)}, seeds=range(3)))
    assert render_html(report(run)) == render_html(report(run))


def test_figures_as_text() -> None:
    assert [figure(value) for value in (0.9, -1.2, -0.001, float("nan"))] == [
        "0.90",
        "\N{MINUS SIGN}1.20",
        "0.00",
        "\N{EN DASH}",
    ]
    assert [short(value) for value in (0.9, -0.7, 1.0, 0.999, 10.05)] == [
        ".90",
        "\N{MINUS SIGN}.70",
        "1.00",
        "1.00",
        "10.05",
    ]
    assert percent(0.139) == "13.9\N{NO-BREAK SPACE}%"
    assert percent(None) == "\N{EN DASH}"


def test_scales_paths_and_labels() -> None:
    scale = Scale(-1.0, 1.0, 100.0, 0.0)
    assert (scale(-1), scale(0), scale(1), scale(-9)) == (100, 50, 0, 100)
    assert scale.ticks(0.5) == (-1.0, -0.5, 0.0, 0.5, 1.0)
    assert path([(0, 1), (1, float("nan")), (2, 3), (3, 4)]) == "M0 1 M2 3 L3 4"
    assert band([0, 1], [5, 6], [1, 2]) == "M0 1 L1 2 L1 6 L0 5 Z"
    assert band([0], [float("nan")], [1]) == ""
    assert list(spread([10, 11, 12, 90], 10, 0, 100)) == [10, 20, 30, 90]
    assert list(spread([98, 99], 10, 0, 100)) == [90, 100]


def test_measures_that_every_scenario_has_are_printed_only_if_asked_for(demo: Report) -> None:
    def told(everywhere: bool) -> str:
        buffer = StringIO()
        Console(file=buffer, width=80).print(render_terminal(demo, everywhere))
        return buffer.getvalue()

    assert "Spread of welfare" not in told(False)
    assert "Spread of welfare" in told(True)
    assert max(map(len, told(True).splitlines())) <= 80


def test_every_measure_that_there_is_stands_in_json_and_on_the_page(demo: Report) -> None:
    whole = json.loads(render_json(demo))
    rows = whole["policies"]["steward"]["commons"]["measures"]["minimum"]
    assert [row["at"] for row in rows] == list("012345")
    assert {"value", "lo", "hi", "n", "can", "chance", "low", "high", "expected", "got", "null"} <= set(
        rows[0]
    )
    html = render_html(demo)
    assert 'class="series p0"' in html
    assert "inequality (Gini)" in html


def test_figures_from_elsewhere_stand_beside_the_same_measure_and_nowhere_else(demo: Report) -> None:
    shown = {row.measure for row in references() if row.measure}
    assert shown == {"svo_prosocial", "svo_angle"}
    assert all(row.differs for row in references() if not row.measure)
    assert "Elsewhere" not in render_html(demo)
    assert [row.tag for row in beside("svo_prosocial")] == ["M"]
    assert "from memory and unverified" in str(beside("svo_prosocial")[0])

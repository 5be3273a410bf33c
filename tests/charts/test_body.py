"""The body figure on a few areas of our own, and both pictures in a PDF."""

from __future__ import annotations

from pathlib import Path

import fontpkg_atkinson_hyperlegible
import typst

from algesia.charts.body import body_figure
from algesia.charts.draw import dose_and_pain
from algesia.charts.picture import picture_of
from algesia.knowledge.clinical import BodyArea

from . import sample
from .reading import SVG, parsed


def area(name: str, view: str, x: float, y: float) -> BodyArea:
    return BodyArea(
        name=name, plain=name.replace("-", " "), view=view, side="left", group="", label_at=(x, y),  # type: ignore[arg-type]
        path=f"M{x - 10} {y - 10}H{x + 10}V{y + 10}H{x - 10}Z", neighbors=(), wpi_19=None, wpi_19_fit="",
        choir_male=None, choir_female=None, michigan_35=None,
    )  # fmt: skip


AREAS = {
    a.name: a
    for a in (
        area("lower-back-left", "back", 170, 320),
        area("calf-left", "back", 150, 640),
        area("hand-back-right", "back", 340, 440),
        area("chest-left", "front", 230, 210),
    )
}


def figure(**changes: object) -> str:
    given: dict[str, object] = {
        "view": "back", "first": ["lower-back-left"], "now": ["lower-back-left", "hand-back-right", "chest-left"],
        "touch": ["calf-left"],
    }  # fmt: skip
    return body_figure(AREAS, **{**given, **changes})  # type: ignore[arg-type]


def test_each_mark_is_drawn_and_named_once() -> None:
    root = parsed(figure())
    classes = [node.get("class") for node in root.iter()]
    assert classes.count("area") == 3
    assert classes.count("hurts") == 3
    assert classes.count("first") == 1
    assert classes.count("new") == 2
    assert [node.get("fill") for node in root.iter()].count("url(#body-touch)") == 1
    words = " ".join(node.text or "" for node in root.iter(SVG + "text"))
    for name in ("touch", "new", "first", "Your left", "Your right"):
        assert words.count(name) == 1
    said = root.find(SVG + "desc").text  # type: ignore[union-attr]
    assert said is not None and "Light touch hurts: calf left." in said and "chest" not in said


def test_sides_are_the_persons_own() -> None:
    def left_to_right(svg: str) -> list[str]:
        words = [node for node in parsed(svg).iter(SVG + "text") if (node.text or "").startswith("Your")]
        return [node.text or "" for node in sorted(words, key=lambda node: float(node.get("x", 0)))]

    assert left_to_right(figure()) == ["Your left", "Your right"]
    assert left_to_right(figure(view="front")) == ["Your right", "Your left"]


def test_nothing_is_new_without_a_first_map() -> None:
    assert 'class="new"' not in figure(first=[])


def test_pictures_compile_into_a_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(
        dose_and_pain(picture_of(sample.year()), "paper", inline_colors="print"), "utf-8"
    )
    (tmp_path / "b.svg").write_text(figure(inline_colors="print"), "utf-8")
    source = tmp_path / "a.typ"
    source.write_text('#image("a.svg", width: 100%)\n#image("b.svg", height: 5cm)', "utf-8")
    fonts = Path(fontpkg_atkinson_hyperlegible.__file__).parent / "files"
    pdf = typst.compile(str(source), font_paths=[str(fonts)])
    assert pdf.startswith(b"%PDF")
    # The font is set, not a fallback: its name stands in the file.
    assert b"AtkinsonHyperlegible" in pdf

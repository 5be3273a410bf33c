"""A picture as PNG: as large as it says, with words drawn, and the same bytes again."""

from __future__ import annotations

import struct

import pytest

from algesia.report.raster import png

MARGIN = 32
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" width="120" height="40">{}</svg>'


def size(picture: bytes) -> tuple[int, int]:
    """Width and height, from the header."""
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize("pixels", [1.0, 2.0, 3.0])
def test_a_unit_has_so_many_pixels_and_there_is_a_margin(pixels: float) -> None:
    assert size(png(SVG.format(""), pixels)) == ((120 + MARGIN) * pixels, (40 + MARGIN) * pixels)


def test_words_are_drawn_and_equal_pictures_are_equal_bytes() -> None:
    words = SVG.format('<text x="4" y="20" font-family="Atkinson Hyperlegible">90 mg</text>')
    assert png(words) == png(words) != png(SVG.format(""))


def test_a_picture_without_a_width_is_refused() -> None:
    with pytest.raises(ValueError, match="width"):
        png('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')

"""A small grammar of pictures: dose and pain over time, and the body figure, as SVG.

`picture_of` prepares an assessment, `dose_and_pain` draws it, `data_table` says the same in tables. Colors come
from one stylesheet (`tokens.css`), so screen, dark mode and paper show the same drawing.
"""

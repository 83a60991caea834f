"""Type faces of the PDF: from packages only, so that its bytes do not depend on the machine.

Libertinus Serif, New Computer Modern and DejaVu Sans Mono come with Typst and hold Latin and Cyrillic; Nanum Gothic
(SIL Open Font License 1.1), in the fonts folder of the package koreanize-matplotlib, holds Hangul.
"""

from __future__ import annotations

import functools
import importlib.util
import shutil
import tempfile
from pathlib import Path

import font_source_sans_pro
import typst


def font_folders() -> list[Path]:
    """Name the folders with font files, best first; a face for another script is added here.

    Every folder must belong to an installed package: a folder of the system would change the bytes from machine to
    machine.
    """
    return [Path(font_source_sans_pro.font_directory), hangul_folder()]


def hangul_folder() -> Path:
    """Name the folder with Nanum Gothic; its package is looked up and never imported, as it would set up matplotlib."""
    spec = importlib.util.find_spec("koreanize_matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("koreanize_matplotlib")
    return Path(spec.submodule_search_locations[0]) / "fonts"


# Weights that no page asks for: a bold of 600 would give way to an extra bold of 700 in the title.
UNUSED = ("NanumGothicExtraBold", "NanumGothicLight")


def font_files() -> list[Path]:
    """Name one file for every face, sorted: where a package has both, the OpenType file and not its TrueType twin."""
    chosen: dict[str, Path] = {}
    for folder in font_folders():
        for suffix in (".otf", ".ttf"):
            for path in sorted(folder.glob(f"*{suffix}")):
                if path.stem not in UNUSED:
                    chosen.setdefault(path.stem, path)
    return [chosen[name] for name in sorted(chosen)]


@functools.cache
def faces() -> typst.Fonts:
    """Load the faces, once a process."""
    # A render that fails may end the process while a thread of it is here.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # Typst takes folders, not files; it keeps each file's real path, so the links may go at once.
        for number, path in enumerate(font_files()):
            link = Path(folder) / f"{number:03d}{path.suffix}"
            try:
                link.symlink_to(path)
            except OSError:  # a system without links
                shutil.copyfile(path, link)
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])

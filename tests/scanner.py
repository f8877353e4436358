"""A scanner for tests: papers become pictures, pictures a stack without any text."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from cases.documents.scan import joined


def rasterised(papers: Sequence[bytes], folder: Path, *, dpi: int = 200) -> list[Image.Image]:
    """Every page of the papers as a grey picture, through poppler."""
    source, target = folder / "papers.pdf", folder / "page"
    source.write_bytes(joined(papers))
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", str(source), str(target)], check=True, timeout=120
    )
    pictures = []
    for path in sorted(folder.glob("page-*.pgm")):
        with Image.open(path) as opened:
            pictures.append(opened.copy())
        path.unlink()
    return pictures


def stack(pictures: Sequence[Image.Image], path: Path, *, dpi: int = 200) -> Path:
    """Pictures as one scanned file, each page a JPEG of poor quality."""
    first, *more = pictures
    first.save(path, save_all=True, append_images=more, resolution=dpi, quality=40)
    return path

"""Joining the structure trees of tagged files, so that a bound volume can still be read aloud.

Pages are copied first; the tree of each part is copied after them, which keeps its references to
the copied pages, and the page's key into the parent tree is shifted.
"""

from __future__ import annotations

import pikepdf


class Joiner:
    """Collects the parts' trees into one for the volume."""

    def __init__(self, volume: pikepdf.Pdf) -> None:
        self._volume = volume
        self._kids: list[pikepdf.Object] = []
        self._parents: list[int | pikepdf.Object] = []
        self._next = 0

    def add(self, part: pikepdf.Pdf, first: int) -> None:
        """Take over the tree of a part whose pages begin at index ``first`` of the volume."""
        if "/StructTreeRoot" not in part.Root:
            return
        tree = self._volume.copy_foreign(part.Root.StructTreeRoot)
        shift = self._next
        for page in self._volume.pages[first : first + len(part.pages)]:
            if "/StructParents" in page.obj:
                page.obj.StructParents = int(page.obj.StructParents) + shift
        entries = list(tree.ParentTree.Nums) if "/ParentTree" in tree else []
        for key, parents in zip(entries[::2], entries[1::2], strict=True):
            self._parents += [int(key) + shift, parents]
            self._next = max(self._next, int(key) + shift + 1)
        kids = tree.K
        self._kids += list(kids) if isinstance(kids, pikepdf.Array) else [kids]

    def close(self) -> None:
        """Put the joined tree into the volume's catalogue and mark the file as tagged."""
        if not self._kids:
            return
        volume = self._volume
        whole = volume.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem,
                S=pikepdf.Name.Document,
                K=pikepdf.Array(self._kids),
            )
        )
        parents = volume.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(self._parents)))
        root = volume.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructTreeRoot,
                K=whole,
                ParentTree=parents,
                ParentTreeNextKey=self._next,
            )
        )
        whole.P = root
        for kid in self._kids:
            kid.P = whole
            if pikepdf.Name.Document == kid.S:
                kid.S = pikepdf.Name.Part
        volume.Root.StructTreeRoot = root
        volume.Root.MarkInfo = pikepdf.Dictionary(Marked=True)

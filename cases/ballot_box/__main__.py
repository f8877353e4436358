"""启封计票 and 启封密钥制作 on a machine without a network: ``python -m cases.ballot_box``.

``open URN-FILE... --out DIR``   two holders type their shares; one result file for each urn
``key --out DIR``                three holders type passphrases; three share papers, one public key
``compare RESULT RESULT``        whether two result files are the same, byte by byte

Only files are read and written; no database, no settings, no network. Passphrases come from the
keyboard, or line by line from stdin where that is no terminal. Refusals are sentences on stderr,
exit code 2 (130 after Ctrl-C), and then nothing was written.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cases import canonical
from cases.ballot_box import carrier, offline
from cases.ballot_box.media import put
from cases.ballot_box.refusals import BallotBoxRefusal, ShareRefusal
from cases.ballot_box.share_paper import holder_files, holder_pages, public_file
from cases.ballot_box.shares import HOLDERS, REHEARSAL, STANDARD, make_key_set, read_share
from cases.errors import told
from workflow.words import m

RESULT = ".count.json"
STOPPED = 130
"""What a shell says of a command ended by Ctrl-C."""
_WIDTH = 30
_LINES = 9


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all was done, 1 when results differ, 2 when it was refused, 130 when
    somebody stopped it."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.act(given))
    except BallotBoxRefusal as e:
        for reason in e.reasons:
            print(reason, file=sys.stderr)
    except OSError as e:
        print(told(e), file=sys.stderr)
    except EOFError:
        print(m("输入没有完,什么也没有写入"), file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)  # past the prompt
        print(m("已中断,什么也没有写入"), file=sys.stderr)
        return STOPPED
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cases.ballot_box", description=__doc__)
    acts = parser.add_subparsers(required=True)
    opening = acts.add_parser("open", prog="./kaoji open-urns")
    opening.add_argument("urns", nargs="+", type=Path, metavar="URN-FILE")
    opening.add_argument("--out", type=Path, required=True, metavar="DIR")
    opening.add_argument("--shares", nargs=2, type=Path, metavar="FILE", help="else typed in")
    opening.add_argument("--rehearsal", action="store_true", help="shares of a demonstration")
    opening.set_defaults(act=_open)
    making = acts.add_parser("key", prog="./kaoji make-key")
    making.add_argument("--out", type=Path, required=True, metavar="DIR")
    making.add_argument("--holders", nargs=3, metavar="NAME", default=("", "", ""))
    making.add_argument("--rehearsal", action="store_true", help="protects nothing")
    making.set_defaults(act=_make_key)
    comparing = acts.add_parser("compare", prog="./kaoji compare-counts")
    comparing.add_argument("results", nargs=2, type=Path, metavar="RESULT")
    comparing.set_defaults(act=_compare)
    return parser


def _open(given: argparse.Namespace) -> int:
    files = [(path, path.read_bytes()) for path in given.urns]
    boxes = []
    for path, content in files:
        boxes.append(carrier.read(content))
        print(f"{path.name}  {carrier.blocks(carrier.digest_of(content))}", file=sys.stderr)
    public_key = offline.one_key(boxes)
    entries = list(_entries(given.shares))
    key = offline.restore_key(entries, public_key, rehearsal=given.rehearsal)
    with _Bar(sum(box.export.count for box in boxes)) as bar:
        results = offline.open_all(boxes, key, bar.more)
    _keep(given.out, {result.urn + RESULT: result.text for result in results})
    for result in results:
        path = given.out / (result.urn + RESULT)
        told = m(
            "%(urn)s:%(n)s 张,结果指纹 %(digest)s",
            urn=result.urn,
            n=result.count.envelopes,
            digest=carrier.blocks(result.digest),
        )
        print(f"{told}  {path}")
    return 0


def _entries(files: Sequence[Path] | None) -> Iterator[tuple[str, str]]:
    for number in (1, 2):
        if files:
            text = _share_in(files[number - 1])
        else:
            print(m("第 %(n)s 份密钥,逐行输入 9 行:", n=number), file=sys.stderr)
            text = _typed_share()
        yield text, _secret(str(m("第 %(n)s 份的口令:", n=number)))


def _share_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as e:
        raise ShareRefusal(m("%(file)s 里不是密钥的文字", file=str(path))) from e


def _typed_share() -> str:
    """Nine lines, or one line that is the text of the QR code."""
    lines: list[str] = []
    while len(lines) < _LINES:
        line = input().strip()
        if line:
            lines.append(line)
        if len(lines) == 1 and _is_whole(line):
            break
    return "\n".join(lines)


def _is_whole(text: str) -> bool:
    try:
        read_share(text)
    except ShareRefusal:
        return False
    return True


def _secret(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _make_key(given: argparse.Namespace) -> int:
    names = [*holder_files(), "public-key.txt"]
    _whole(given.out, names)  # before anybody types
    words = []
    for number in HOLDERS:
        who = offline.HOLDER_WORDS[number]
        words.append(_secret(str(m("%(who)s份口令:", who=who))))
        if words[-1] != _secret(str(m("再输一次口令"))):
            raise ShareRefusal(m("两次输入的口令不一样"))
    made = make_key_set(words, REHEARSAL if given.rehearsal else STANDARD)
    pages = holder_pages(made, given.holders)
    given.out.mkdir(parents=True, exist_ok=True)
    files = {given.out / name: page for name, page in pages.items()}
    put(files | {given.out / "public-key.txt": public_file(made)})
    print(m("三份密钥在 %(folder)s。打印后当面交给保管人,再删除文件。", folder=str(given.out)))
    print(m("公钥(登记到系统):%(key)s", key=made.public_key))
    return 0


def _compare(given: argparse.Namespace) -> int:
    one, two = (path.read_bytes() for path in given.results)
    for path, content in zip(given.results, (one, two), strict=True):
        told = canonical.digest(content.decode("utf-8", "replace"))
        print(f"{carrier.blocks(told)}  {path}")
    print(m("两份结果完全相同") if one == two else m("两份结果不同,请保全两份文件,停止计票"))
    return 0 if one == two else 1


def _keep(folder: Path, results: Mapping[str, str]) -> None:
    """Write what is not there yet: after a stop half-way the same opening goes on where it stood.

    Raises FileExistsError where another result lies.
    """
    there = [name for name in results if (folder / name).exists()]
    _fresh(folder, [n for n in there if (folder / n).read_bytes() != results[n].encode()])
    folder.mkdir(parents=True, exist_ok=True)
    put({folder / name: results[name] for name in results if name not in there})


def _whole(folder: Path, names: Sequence[str]) -> None:
    """Raises FileExistsError for a key that lies there, whole or of a making that was stopped."""
    there = [name for name in names if (folder / name).exists()]
    stopped = any((folder / f"{name}.part").exists() for name in names)
    if there and stopped:  # without a part left over, somebody may have taken one of them away
        raise FileExistsError(
            str(
                m(
                    "%(folder)s 里是上次没有做完的密钥(%(files)s),没有登记过、不能用:请删除后再做",
                    folder=str(folder),
                    files="、".join(there),
                )
            )
        )
    _fresh(folder, names)


def _fresh(folder: Path, names: Sequence[str]) -> None:
    """Raises FileExistsError rather than have these written over."""
    for name in names:
        if (folder / name).exists():
            raise FileExistsError(str(m("%(file)s 已经有了,没有覆盖", file=str(folder / name))))


class _Bar:
    """Progress on a terminal: drawn a hundred times at most, one plain line in a log."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._step = max(1, total // 100)

    def __enter__(self) -> _Bar:
        return self

    def more(self, number: int) -> None:
        """So many envelopes more were opened."""
        self._done += number
        if sys.stderr.isatty() and self._done % self._step == 0:
            self._draw()

    def _draw(self) -> None:
        filled = _WIDTH * self._done // self._total if self._total else _WIDTH
        bar = "█" * filled + "·" * (_WIDTH - filled)
        sys.stderr.write(f"\r  {bar} {self._done}/{self._total}")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        self._draw()
        sys.stderr.write("\n")


if __name__ == "__main__":
    sys.exit(main())

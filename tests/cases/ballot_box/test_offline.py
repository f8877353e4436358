"""Opening without a database: two machines, lost and wrong shares, urns that don't belong."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cases.ballot_box import __main__ as terminal
from cases.ballot_box.carrier import Carrier
from cases.ballot_box.media import put
from cases.ballot_box.offline import one_key, open_all, restore_key
from cases.ballot_box.opening import open_urn, result_json
from cases.ballot_box.refusals import OpeningRefusal, ShareRefusal
from cases.ballot_box.shares import REHEARSAL, split

PASSPHRASES = ("甲 的 四个 词", "乙 的 四个 词", "备 的 四个 词")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shares(key):
    return split(key, PASSPHRASES, REHEARSAL)


@pytest.fixture
def boxes(package, exported) -> list[Carrier]:
    two = replace(package, urn="u2")
    return [
        Carrier(package, exported(package, {"A": 6, "B": 7, "C": 9})),
        Carrier(two, exported(two, {"A": 5, "B": 8, "C": 11}, seed=2)),
    ]


def entry(shares, holder: int) -> tuple[str, str]:
    return "\n".join(shares[holder - 1].lines), PASSPHRASES[holder - 1]


def on_media(folder: Path, boxes, shares, *holders: int) -> list[str]:
    """Urn files and share files as they lie on a stick."""
    for box in boxes:
        (folder / f"{box.package.urn}.urn").write_bytes(box.to_bytes())
    for holder in holders:
        (folder / f"share-{holder}.txt").write_text("\n".join(shares[holder - 1].lines))
    return [
        "open",
        *(str(folder / f"{box.package.urn}.urn") for box in boxes),
        "--shares",
        *(str(folder / f"share-{holder}.txt") for holder in holders),
        "--rehearsal",
    ]


def run(arguments: list[str], typed: str, where: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own: other hash seed, no settings, no database."""
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("KAOJI_")}
    return subprocess.run(
        [sys.executable, "-m", "cases.ballot_box", *arguments],
        input=typed, capture_output=True, text=True, cwd=where,
        env={**surroundings, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random"},
    )  # fmt: skip


@pytest.mark.parametrize("holders", [(1, 2), (1, 3), (2, 3)])
def test_any_two_shares_open_and_the_third_may_be_lost(package, key, shares, boxes, holders):
    restored = restore_key([entry(shares, h) for h in holders], package.public_key, rehearsal=True)
    assert restored.private_bytes_raw() == key.private_bytes_raw()


def test_results_are_those_of_the_office(key, boxes):
    seen: list[int] = []
    found = open_all(boxes, key, seen.append)
    assert [r.urn for r in found] == ["u1", "u2"]
    assert [r.text for r in found] == [
        result_json(open_urn(b.export, b.package, key)) for b in boxes
    ]
    assert sum(seen) == 22 + 24


def test_two_machines_write_the_same_bytes(tmp_path, shares, boxes):
    results = []
    for machine, holders in (("one", (1, 2)), ("two", (2, 3))):
        folder = tmp_path / machine
        folder.mkdir()
        typed = "".join(PASSPHRASES[h - 1] + "\n" for h in holders)
        arguments = on_media(folder, boxes, shares, *holders)
        done = run([*arguments, "--out", str(folder / "out")], typed, folder)
        assert done.returncode == 0, done.stderr
        results.append({p.name: p.read_bytes() for p in sorted((folder / "out").iterdir())})
    assert results[0] == results[1]
    assert list(results[0]) == ["u1.count.json", "u2.count.json"]
    pair = [str(tmp_path / m / "out" / "u1.count.json") for m in ("one", "two")]
    assert run(["compare", *pair], "", tmp_path).returncode == 0


def test_differing_results_are_told_apart(tmp_path, capsys):
    for name, text in (("a", "{}"), ("b", "[]")):
        (tmp_path / name).write_text(text)
    assert terminal.main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "两份结果不同,请保全两份文件,停止计票"


@pytest.mark.parametrize(
    ("holders", "words", "said"),
    [
        ((1, 1), (0, 0), "要两份不同的密钥,现在是同一份"),
        ((1, 2), (0, 2), "第 2 份密钥:口令不对"),
        ((2, 3), (0, 2), "第 1 份密钥:口令不对"),
    ],
)
def test_wrong_shares_are_told_in_one_sentence(package, shares, holders, words, said):
    entries = [
        ("\n".join(shares[h - 1].lines), PASSPHRASES[w])
        for h, w in zip(holders, words, strict=True)
    ]
    with pytest.raises(ShareRefusal) as refused:
        restore_key(entries, package.public_key, rehearsal=True)
    assert [str(r) for r in refused.value.reasons] == [said]


def test_one_share_is_not_enough(package, shares):
    with pytest.raises(ShareRefusal, match="要两位保管人"):
        restore_key([entry(shares, 1)], package.public_key, rehearsal=True)


def test_share_of_another_key_is_refused(package, shares):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    foreign = split(X25519PrivateKey.generate(), PASSPHRASES, REHEARSAL)
    with pytest.raises(ShareRefusal, match="这份密钥属于另一把启封密钥,请核对纸上的公钥指纹"):
        restore_key([entry(foreign, 1), entry(foreign, 2)], package.public_key, rehearsal=True)


def test_urns_of_two_keys_are_not_opened_together(package, boxes):
    other = replace(boxes[1], package=replace(boxes[1].package, public_key="ab" * 32))
    with pytest.raises(OpeningRefusal, match="不是同一把启封密钥"):
        one_key([boxes[0], other])
    with pytest.raises(OpeningRefusal, match="给了两次"):
        one_key([boxes[0], boxes[0]])
    assert one_key(boxes) == package.public_key


def test_refused_opening_writes_nothing(tmp_path, shares, boxes):
    arguments = on_media(tmp_path, boxes, shares, 1, 2)
    done = run([*arguments, "--out", str(tmp_path / "out")], "别人的 四个 词 呀\nx\n", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "第 1 份密钥:口令不对"
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_read_or_written_is_told_and_leaves_nothing(tmp_path, capsys):
    (tmp_path / "share").write_bytes(bytes(range(128, 256)))
    (tmp_path / "out").mkdir()
    for urn, why in (("none.urn", "没有这个文件或文件夹"), ("out", "这是文件夹,不是文件")):
        assert terminal.main(["open", str(tmp_path / urn), "--out", str(tmp_path / "out")]) == 2
        assert capsys.readouterr().err == f"{tmp_path / urn}:{why}\n"
    with pytest.raises(ShareRefusal, match="不是密钥的文字"):
        terminal._share_in(tmp_path / "share")
    (tmp_path / "out" / "b.part").mkdir()  # the second of two can't be written
    with pytest.raises(IsADirectoryError):
        put({tmp_path / "out" / "a": "one", tmp_path / "out" / "b": "two"})
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.part"]


class Stopped(dict[Path, str]):
    """Somebody presses Ctrl-C when the second file is about to be filled."""

    def __getitem__(self, path: Path) -> str:
        if path.name == "b":
            raise KeyboardInterrupt
        return super().__getitem__(path)


def test_neither_ctrl_c_nor_a_place_that_is_taken_leaves_a_share(tmp_path):
    files = {tmp_path / "a": "one", tmp_path / "b": "two"}
    with pytest.raises(KeyboardInterrupt):
        put(Stopped(files))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "b").mkdir()  # the first is in its place already when the second can't move
    with pytest.raises(IsADirectoryError):
        put(files)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_result_is_never_written_over(tmp_path, shares, boxes):
    arguments = on_media(tmp_path, boxes, shares, 1, 3)
    typed = f"{PASSPHRASES[0]}\n{PASSPHRASES[2]}\n"
    out = tmp_path / "out"
    out.mkdir()
    (out / "u2.count.json").write_text("kept")
    done = run([*arguments, "--out", str(out)], typed, tmp_path)
    assert done.returncode == 2
    assert {p.name: p.read_text() for p in out.iterdir()} == {"u2.count.json": "kept"}


def test_key_made_offline_opens_what_was_sealed_for_it(tmp_path, package, exported):
    typed = "".join(f"{word}\n{word}\n" for word in PASSPHRASES)
    out = tmp_path / "key"
    done = run(["key", "--out", str(out), "--rehearsal"], typed, tmp_path)
    assert done.returncode == 0, done.stderr
    public = (out / "public-key.txt").read_text().split()[0]
    assert sorted(p.name for p in out.iterdir()) == [
        "public-key.txt", "share-1.html", "share-2.html", "share-3.html",
    ]  # fmt: skip
    assert {(out / f"share-{n}.html").stat().st_mode & 0o777 for n in (1, 2, 3)} == {0o600}
    entries = []
    for n, word in ((1, PASSPHRASES[0]), (3, PASSPHRASES[2])):
        page = (out / f"share-{n}.html").read_text()
        assert page.count("<svg") == 1
        entries.append(("\n".join(page.split("<li>")[i].split("<")[0] for i in range(1, 10)), word))
    sealed_for = replace(package, public_key=public)
    box = Carrier(sealed_for, exported(sealed_for, {"A": 5, "B": 5, "C": 5}))
    key = restore_key(entries, public, rehearsal=True)
    assert open_all([box], key)[0].count.envelopes == 15


def test_two_different_passphrases_make_no_key(tmp_path):
    typed = f"{PASSPHRASES[0]}\n{PASSPHRASES[1]}\n"
    done = run(["key", "--out", str(tmp_path / "k"), "--rehearsal"], typed, tmp_path)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "两次输入的口令不一样")
    assert not (tmp_path / "k").exists()


def test_results_of_an_opening_stopped_half_way_are_completed(tmp_path, shares, boxes):
    arguments = [*on_media(tmp_path, boxes, shares, 1, 3), "--out", str(tmp_path / "out")]
    typed = f"{PASSPHRASES[0]}\n{PASSPHRASES[2]}\n"
    assert run(arguments, typed, tmp_path).returncode == 0
    whole = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    (tmp_path / "out" / "u2.count.json").rename(tmp_path / "out" / "u2.count.json.part")
    assert run(arguments, typed, tmp_path).returncode == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == whole


@pytest.mark.parametrize("act", ["key", "open"])
def test_ctrl_c_at_a_passphrase_is_a_sentence(tmp_path, capsys, monkeypatch, act, shares, boxes):
    def pressed(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal, "_secret", pressed)
    out = str(tmp_path / "out")
    how = ["key"] if act == "key" else on_media(tmp_path, boxes, shares, 1, 2)
    assert terminal.main([*how, "--out", out]) == terminal.STOPPED
    assert capsys.readouterr().err.splitlines()[-1] == "已中断,什么也没有写入"
    assert not Path(out).exists()


def test_key_left_half_made_is_named_before_anybody_types(tmp_path, capsys):
    (tmp_path / "share-1.html").write_text("a share of a key that somebody may have registered")
    assert terminal.main(["key", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'share-1.html'} 已经有了,没有覆盖\n"
    (tmp_path / "public-key.txt.part").write_text("it never came to the public key")
    assert terminal.main(["key", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"{tmp_path} 里是上次没有做完的密钥(share-1.html),没有登记过、不能用:请删除后再做\n"
    )
    assert len(list(tmp_path.iterdir())) == 2

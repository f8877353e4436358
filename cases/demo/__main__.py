"""``./kaoji demo``: plays the demonstration city's cycle, then serves it.

Everything happens through commands, jobs and the ballot box, each with the date it would have had,
on embedded databases under ``var/demo``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from cases import schema
from cases.demo.acts import founding
from cases.demo.bars import Bars
from cases.demo.city.city import DEFAULT_SEED, build
from cases.demo.city.people import DEFAULT_SUBJECTS
from cases.demo.play import ACTS
from cases.demo.result import summary
from cases.demo.theatre import Theatre
from cases.documents.press import available
from cases.errors import KaojiError, told
from cases.store import Store
from config import Settings, complete

VAR = Path("var") / "demo"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="./kaoji demo", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--no-serve", action="store_true", help="stop after the cycle is played")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the results")
    parser.add_argument("--cadres", type=int, default=DEFAULT_SUBJECTS, help="how many people")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="the same: the same city")
    parser.add_argument("--fresh", action="store_true", help="begin anew if one was played already")
    parser.add_argument("--json", action="store_true", help="last line: one JSON object")
    parser.add_argument("--var", type=Path, default=VAR, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def settings_of(var: Path) -> Settings:
    """Settings of the demonstration: embedded databases, no secrets worth keeping."""
    return complete(Settings(mode="demo", var=var))


def main(arguments: list[str] | None = None) -> int:
    """Play and report; ``./kaoji demo`` serves afterwards."""
    given = parse(arguments)
    bars = Bars()
    try:
        return _report(given, bars)
    except OSError as e:
        bars.say(f"! {told(e)}")
        return 2
    except KaojiError as e:
        bars.say(f"! {e}")
        return 2
    except KeyboardInterrupt:
        bars.say("! 演示中断,下次从头演示")
        return 130


def _report(given: argparse.Namespace, bars: Bars) -> int:
    settings = settings_of(given.var)
    if given.fresh or not (given.var / "played.json").exists():
        result = _play(given, settings, bars)
    elif not _current(settings):
        bars.say("! 演示数据是旧版本做的,请加 --fresh 重新演示")
        return 2
    else:
        bars.say("· 已有演示数据(--fresh 重新演示)")
        result = json.loads((given.var / "played.json").read_text("utf-8"))
    if given.json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0


def _current(settings: Settings) -> bool:
    """Whether the demonstration that lies there has the schema of this program."""
    store = Store(settings.database_url)
    try:
        return schema.revision_of(store.engine) == schema.newest()
    finally:
        store.close()


def _play(given: argparse.Namespace, settings: Settings, bars: Bars) -> dict[str, object]:
    started = time.monotonic()
    reason = available()
    if reason is not None:
        bars.say(f"! {reason}")
    founding.clear(given.var)
    store = Store(settings.database_url)
    given.out.mkdir(parents=True, exist_ok=True)
    theatre = Theatre(
        settings, store, build(given.seed, given.cadres), bars, given.out / "workbooks"
    )
    for title, act in ACTS:
        bars.say(f"■ {title}")
        act(theatre)
    result = summary(theatre, given.out, time.monotonic() - started)
    (given.var / "played.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    store.close()
    return result


if __name__ == "__main__":
    sys.exit(main())

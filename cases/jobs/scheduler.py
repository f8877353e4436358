"""The scheduler: one process that asks, at set times, what is due now. It holds no state.

The ticks are rows in code; APScheduler keeps them in memory only. A lease makes sure that one
scheduler works; even if two did, unique keys would make the second tick a no-op. A tick that was
missed is simply asked at the next time, because it asks the tables and not the clock.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from cases.clock import SHANGHAI
from cases.jobs import amendments, deadlines, integrity, reminders, urns
from cases.jobs.lease import TERM, Lease
from cases.jobs.tools import Tools

NAME = "scheduler"
BEAT_SECONDS = TERM.total_seconds() / 4

log = logging.getLogger("kaoji.scheduler")


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to ask at set times; ``cron`` (minute, hour, day ...) in Asia/Shanghai.

    ``at_start`` asks once when the scheduler begins, too.
    """

    key: str
    cron: str
    run: Callable[[Tools, datetime], object]
    title: str
    at_start: bool = False


TICKS: tuple[Tick, ...] = (
    Tick(
        "gates",
        "*/5 * * * *",
        lambda t, at: deadlines.pass_gates(t),
        "已满足条件的环节自动通过",
        at_start=True,
    ),
    Tick(
        "amendments",
        "10 0 * * *",
        lambda t, at: amendments.put_in_force(t, at=at),
        "方案变更到期生效",
        at_start=True,
    ),
    Tick(
        "reminders",
        "5,35 8-17 * * *",
        lambda t, at: reminders.remind(t, at=at),
        "到期提醒",
        at_start=True,
    ),
    Tick(
        "stuck",
        "*/15 * * * *",
        lambda t, at: integrity.free_stuck(t, at=at),
        "清理中断的发送",
        at_start=True,
    ),
    Tick(
        "urns",
        "25 * * * *",
        lambda t, at: urns.repair_urns(t, at=at),
        "了结中断的测评箱作废",
        at_start=True,
    ),
    Tick(
        "checkpoint",
        "0 * * * *",
        lambda t, at: integrity.checkpoint(t, at=at),
        "日志检查点",
        at_start=True,
    ),
    Tick("integrity", "30 2 * * *", lambda t, at: integrity.nightly(t, at=at), "全库核验"),
    Tick("files", "15 3 * * *", lambda t, at: integrity.sweep_files(t, at=at), "清理无主文件"),
    Tick("forget", "45 3 * * *", lambda t, at: integrity.forget(t, at=at), "清理过期记录"),
)


def run_tick(tools: Tools, tick: Tick) -> None:
    """One tick; a fault is logged and the next time asks again."""
    try:
        found = tick.run(tools, tools.now())
        log.info("tick %s: %s", tick.key, found if isinstance(found, int) else "done")
    except Exception:
        log.exception("tick %s failed", tick.key)


def schedule(
    tools: Tools,
    stop: threading.Event,
    *,
    ticks: tuple[Tick, ...] = TICKS,
    beat_seconds: float = BEAT_SECONDS,
) -> None:
    """Be the scheduler, or wait to become it, until told to stop."""
    lease = Lease(tools.store, NAME, tools.settings.var)
    running: BackgroundScheduler | None = None
    try:
        while not stop.is_set():
            leading = _take(lease, tools)
            if leading and running is None:
                log.info("scheduling")
                running = _start(tools, ticks)
            elif not leading and running is not None:
                log.warning("lease lost")
                running.shutdown(wait=False)
                running = None
            stop.wait(beat_seconds)
    finally:
        if running is not None:
            running.shutdown(wait=True)
            lease.give_up(at=tools.now())


def _take(lease: Lease, tools: Tools) -> bool:
    try:
        return lease.take(at=tools.now())
    except Exception:
        log.exception("lease")
        return False


def _start(tools: Tools, ticks: tuple[Tick, ...]) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=SHANGHAI,
    )
    for tick in ticks:
        trigger = CronTrigger.from_crontab(tick.cron, timezone=SHANGHAI)
        scheduler.add_job(run_tick, trigger, args=(tools, tick), id=tick.key)
        if tick.at_start:
            scheduler.add_job(run_tick, args=(tools, tick), id=f"{tick.key}-first")
    scheduler.start()
    return scheduler

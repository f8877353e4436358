"""Settings: read once from the environment (or *_FILE), frozen, refusing to start half-set.

A setting is one field here; ``docs/runbook.md`` lists them all and a house test compares.
Production refuses default secrets, equal host names of site and booth, and insecure cookies.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cases.errors import Misconfigured
from workflow.words import m

Mode = Literal["production", "demo", "test"]
_DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")
_DEFAULT_SECRET = "demonstration-only-not-a-secret-000000"  # noqa: S105  refused in production


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation decides. Instances are made by :func:`from_environment`."""

    mode: Mode = "production"
    var: Path = Path("var")
    database_url: str = ""
    booth_database_url: str = ""
    site_url: str = "http://127.0.0.1:8000"
    booth_url: str = "http://localhost:8001"
    site_bind: str = "127.0.0.1:8000"
    booth_bind: str = "127.0.0.1:8001"
    secret_key: str = field(default="", repr=False)
    data_key: str = field(default="", repr=False)
    booth_pepper: str = field(default="", repr=False)
    trusted_proxies: int = 0
    secure_cookies: bool = True
    second_factor_required: bool = False
    password_days: int = 0
    session_idle_minutes: int = 30
    session_hours: int = 12
    upload_megabytes: int = 50
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = False
    mail_from: str = ""
    font_dir: str = ""
    site_processes: int = 2
    organ_phone: str = ""

    @property
    def remembers_passwords(self) -> bool:
        """The last passwords may not be taken again where passwords run out (K1, mlps3)."""
        return self.password_days > 0

    @property
    def files(self) -> Path:
        """Folder of the content-addressed file store."""
        return self.var / "files"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names the site answers to."""
        name = urlsplit(self.site_url).hostname or "127.0.0.1"
        return (name,)


def _raw(environ: Mapping[str, str], name: str) -> str | None:
    key = f"KAOJI_{name.upper()}"
    path = environ.get(f"{key}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as e:
            raise Misconfigured(
                m("%(key)s_FILE 指向的文件读不出:%(why)s", key=key, why=e.strerror or "")
            ) from e
    return environ.get(key)


def _convert(name: str, kind: str, text: str) -> object:
    if kind == "bool":
        if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise Misconfigured(m("KAOJI_%(key)s 只能写 1 或 0", key=name.upper()))
        return text.lower() in {"1", "true", "yes"}
    if kind == "int":
        if not text.isascii() or not text.isdigit():
            raise Misconfigured(m("KAOJI_%(key)s 要写成整数", key=name.upper()))
        return int(text)
    return Path(text) if kind == "Path" else text


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read, fill the embedded defaults and check. Raises :class:`cases.errors.Misconfigured`."""
    env = os.environ if environ is None else environ
    given: dict[str, object] = {}
    for f in fields(Settings):
        text = _raw(env, f.name)
        if text is not None and text != "":
            given[f.name] = _convert(f.name, str(f.type), text)
    return complete(Settings(**given))  # type: ignore[arg-type]


def complete(s: Settings) -> Settings:
    """Fill what follows from other settings, then check the whole."""
    changes: dict[str, object] = {}
    if not s.database_url:
        changes["database_url"] = f"sqlite:///{(s.var / 'kaoji.db').as_posix()}"
    if not s.booth_database_url:
        changes["booth_database_url"] = f"sqlite:///{(s.var / 'booth.db').as_posix()}"
    if s.mode != "production":
        for name in ("secret_key", "data_key", "booth_pepper"):
            if not getattr(s, name):
                changes[name] = _DEFAULT_SECRET
        changes["secure_cookies"] = False
    full = Settings(**{f.name: changes.get(f.name, getattr(s, f.name)) for f in fields(Settings)})  # type: ignore[arg-type]
    check(full)
    return full


def check(s: Settings) -> None:
    """Raise :class:`cases.errors.Misconfigured` for the first thing that must not run."""
    if s.mode not in ("production", "demo", "test"):
        raise Misconfigured(m("KAOJI_MODE 只能是 production、demo 或 test"))
    for name in ("database_url", "booth_database_url"):
        if not getattr(s, name).startswith(_DATABASES):
            raise Misconfigured(
                m("KAOJI_%(key)s 要以 sqlite:/// 或 postgresql:// 开头", key=name.upper())
            )
    if s.mode != "production":
        return
    for name in ("secret_key", "data_key", "booth_pepper"):
        value: str = getattr(s, name)
        if value == _DEFAULT_SECRET or len(value) < 32:
            raise Misconfigured(
                m(
                    "正式运行要设置 KAOJI_%(key)s(至少 32 个字符,或用 KAOJI_%(key)s_FILE 指向文件)",
                    key=name.upper(),
                )
            )
    if len({s.secret_key, s.data_key, s.booth_pepper}) < 3:
        raise Misconfigured(m("KAOJI_SECRET_KEY、KAOJI_DATA_KEY、KAOJI_BOOTH_PEPPER 不能相同"))
    _check_hosts(s)


def _check_hosts(s: Settings) -> None:
    site, booth = urlsplit(s.site_url), urlsplit(s.booth_url)
    if site.hostname == booth.hostname:
        raise Misconfigured(m("测评站点要用自己的主机名,不能只换端口:KAOJI_BOOTH_URL"))
    if s.secure_cookies and site.scheme != "https":
        raise Misconfigured(
            m("正式运行的 KAOJI_SITE_URL 要以 https 开头;试用时可设 KAOJI_SECURE_COOKIES=0")
        )

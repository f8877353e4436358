"""A tiny app that renders the style guide and the error pages. Never part of the site."""

from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask, g, render_template, request

from cases.web import presentation
from cases.web.presentation import Frame, NavItem
from forms.base import Form
from forms.fields import (
    ChineseDate,
    DecimalText,
    FileUpload,
    Grade,
    Pick,
    Text,
    TextArea,
    Tick,
    TickList,
)
from forms.validators import Required
from workflow.vocabulary import Grade as GradeWord
from workflow.words import m

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 2, 11, 1, 0, tzinfo=UTC)
PAGES = ("400", "403", "404", "409_refused", "409_stale", "413", "422", "500", "503")


class Sample(Form):
    reason = TextArea(
        m("退回理由"), [Required()], least=10, most=300, description="写具体:哪一处。"
    )
    name = Text(m("姓名"), [Required()], most=30)
    day = ChineseDate(m("日期"), description="2026-1-5")
    value = DecimalText(m("数值"), unit="µg/m³")
    unit = Pick(m("单位"), choices=[("1", "市统计局"), ("2", "市生态环境局")])
    grade = Grade(m("等次"), [Required()], grades=[GradeWord.EXCELLENT, GradeWord.COMPETENT])
    parts = TickList(m("退回哪几节"), [Required()], choices=[("1", "政治素质"), ("2", "履职能力")])
    sure = Tick(m("已当面核对"))
    proof = FileUpload(m("佐证"), endings=("pdf", "docx"), megabytes=20)


def _sample() -> dict:
    line = [("12月1日", 0, 0), ("12月15日", 60, 40), ("1月1日", 120, 100), ("1月14日", 153, 128)]
    heat = [
        {"name": n, "url": "#", "cells": cells, "total": 12, "late": late}
        for n, cells, late in [
            ("云岭区", [(0, 0), (2, 1), (4, 3), (6, 5)], ""),
            ("沙溪县", [(1, 1), (9, 5), (2, 1), (0, 0)], "9 件"),
        ]
    ]
    return {
        "nodes": [
            ("考核对象审核", "12月5日", False),
            ("述职", "12月26日", False),
            ("实绩数据核报", "1月20日", False),
            ("民主测评与群众评价", "1月23日", False),
            ("综合研判与审定", "2月28日前", False),
            ("结果运用", "2 件未完", True),
            ("归档", "", False),
        ],
        "due": date(2026, 2, 13),
        "todo": [
            {
                "text": "主管领导评语和等次建议",
                "url": "#",
                "who": "等 副市长 陶景明 填写",
                "action": "提醒",
                "action_url": "#",
            },
            {"text": "核实事项的结论", "url": "#", "who": "超期 3 个工作日", "late": True},
            {"text": "第 12 份谈话记录的第二谈话人签字", "who": "考核组 吉承泽"},
            {"text": "当日核对不得确定为优秀的情形", "who": "约 1 分钟"},
        ],
        "rows": [
            (1, "规模以上工业增加值增速", "市统计局", "9 / 9", -2),
            (2, "地表水优良断面比例", "市生态环境局", "9 / 9", 2),
            (3, "研发经费投入强度", "市科学技术局", "8 / 9", 4),
        ],
        "heat": heat,
        "heat_total": {"cells": [1, 11, 6, 6], "total": 24, "late": "9 件"},
        "line": [*line, ("1月20日", 180, None)],
        "entries": [
            {
                "kind": "",
                "at": datetime(2026, 2, 10, 1, 12, tzinfo=UTC),
                "who": "方若谷",
                "what": "核对限制条款",
                "why": "",
            },
            {
                "kind": "move",
                "at": datetime(2026, 2, 6, 7, 40, tzinfo=UTC),
                "who": "吉承泽",
                "what": "送主管领导评鉴",
                "why": "谈话 12 人完成",
            },
            {
                "kind": "back",
                "at": datetime(2025, 12, 24, 6, 18, tzinfo=UTC),
                "who": "路明晞",
                "what": "退回述职报告",
                "why": "只有一句",
            },
        ],
    }


def error_context() -> dict:
    return {
        "reference": "409-20260211-0900-0147",
        "reasons": [m("还没有写评语"), m("还差 %(n)s 份谈话记录", n=2)],
        "case_url": "/",
        "typed": [("受理意见", "材料齐全,同意受理。")],
        "problems": [("a", "至少选一节")],
        "done": "受理",
        "entries": _sample()["entries"],
        "seen": ("wait", "已报送,待受理"),
        "now": ("back", "已退回修改"),
    }


def make() -> Flask:
    app = Flask(
        "styleguide", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    nav = (
        NavItem("guide", m("待我办理"), 17),
        NavItem("page", m("考核卷"), None, {"name": "404"}),
    )
    frame = Frame(
        organ="中共云州市委组织部",
        person="方若谷 · 干部考核科",
        nav=nav,
        cycle="2025 年度考核",
        scheme="方案第 3 版(2025年11月28日冻结)",
        phone="内线 6120",
        help_url="/",
        account_url="/",
        sign_out_url="/out",
        reads_url="/",
    )
    presentation.install(app, frame=lambda: frame)

    @app.before_request
    def clock() -> None:
        g.now = NOW

    @app.get("/")
    def guide() -> str:
        return presentation.render("pages/styleguide.html", form=_form(), s=_sample())

    @app.get("/page/<name>")
    def page(name: str) -> str:
        return render_template(f"errors/{name}.html", **error_context())

    @app.after_request
    def strict(response):
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        )
        return response

    return app


def _form() -> Sample:
    form = Sample(request.args, say=presentation.say) if request.args.get("reason") else None
    if form is None:
        return Sample(say=presentation.say)
    form.validate()
    return form

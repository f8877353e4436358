"""Fictional contexts of every kind, with hard names and long texts."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

from PIL import Image, ImageDraw

from cases.documents import context as c
from cases.documents.kinds import KINDS, AnyKind, WorkingPaper
from workflow.vocabulary import DocumentKind as D

HARD_NAMES = (
    "张伟",
    "欧阳明远",
    "李",
    "李㛃",
    "王䶮",
    "𠮷田明",
    "张𬍛",
    "冯𣁬",
    "沈㼆",
    "何𫖯",
    "古丽娜尔·买买提吐尔逊",
    "阿卜杜热合曼·阿卜杜克热木",
    "周骉",
    "李镕",
)
ORGAN = "中共云州市委组织部"
BASE = {"year": 2025, "organ": ORGAN, "issued_on": date(2026, 3, 9), "case_no": "2025-ZG-0147"}
SENTENCE = (
    "全年组织复查 23 个断面上游的入河排污口 312 处,新发现并整治混接排口 57 处。"
    "地表水优良断面比例为 92.9%,比年度目标高 2.9 个百分点。"
)
SIGNED = c.Sign(name="阮桐", on=date(2026, 3, 11))
SEALED = c.Sign(label="（盖章）", name=ORGAN, on=date(2026, 3, 9), seal=True)


def person(name: str = "阮疏桐") -> c.Person:
    return c.Person(
        name=name,
        gender="女",
        born=date(1984, 6, 1),
        politics="中共党员",
        unit="云州市生态环境局",
        post="水生态环境科科长",
        rank="一级主任科员",
        post_since=date(2022, 3, 1),
        duties="主持水生态环境科工作，负责地表水断面达标、入河排污口整治",
    )


def form(name: str = "阮疏桐", track: str = "civil_servant", **texts: str) -> c.RegistrationForm:
    filled = {
        "summary": "\n".join(f"{n}、{SENTENCE}" for n in "一二三四五"),
        "training": "2025年5月12日至16日，市委党校生态文明专题班，40学时，考核合格。",
        "leader_comment": "该同志政治坚定，业务熟，作风扎实。对基层指导的覆盖面还需加强。\n建议等次：优秀。",
        "organ_opinion": "经考核委员会2026年2月27日会议审议，确定为优秀等次。公示5个工作日，无异议。",
        "statement": "同意。",
        "unassessed_note": "无。",
    }
    return c.RegistrationForm(
        **BASE,
        person=person(name),
        track=track,
        texts=filled | texts,
        signs={
            "summary": c.Sign(name=name, on=date(2025, 12, 22)),
            "leader_comment": c.Sign(name="水望舒", on=date(2026, 2, 4)),
            "organ_opinion": SEALED,
            "statement": c.Sign(state="pending", note="援派在外，2026年5月10日复查"),
        },
    )


def listed(count: int = len(HARD_NAMES)) -> tuple[c.Listed, ...]:
    return tuple(
        c.Listed(
            name=HARD_NAMES[i % len(HARD_NAMES)],
            unit="云州市生态环境局",
            post="党组成员、副局长",
            grade="优秀",
            born=date(1979, 11, 1) if i == 0 else None,
        )
        for i in range(count)
    )


def _tally() -> c.TallySheet:
    rows = tuple(
        c.TallyRow(
            name=name,
            post="党组成员、副局长",
            votes=(55, 25, 6, 3),
            blank=0,
            rates=(Decimal("0.617978"), Decimal("0.898876")),
            score=Decimal("90.78"),
        )
        for name in HARD_NAMES
    )
    few = c.TallyRow(name="张伟", votes=(None,) * 4, rates=(None, None))
    return c.TallySheet(
        **BASE,
        unit="云州市生态环境局",
        meeting="2025年度总结述职会",
        held_on=date(2026, 1, 14),
        enrolled=96,
        due=92,
        present=90,
        options=("优秀", "称职", "基本称职", "不称职"),
        rate_names=("优秀率", "优称率"),
        rate_base="有效票",
        groups=(
            c.TallyGroup(title="合计", issued=92, returned=90, valid=89, rows=rows),
            c.TallyGroup(title="A票（上级领导）", issued=3, returned=3, valid=3, rows=(few,)),
        ),
        smallest=5,
        root="9f2c41d07be8",
        signs=(c.Sign(label="计票人", name="阮桐"), c.Sign(label="监票人", name="王䶮")),
    )


def approval(is_body: bool = False, opinions: int = 2) -> c.GradeApproval:
    return c.GradeApproval(
        **BASE,
        subject="云州市生态环境局领导班子" if is_body else "沈知远",
        post="" if is_body else "云州市生态环境局党组书记、局长",
        is_body=is_body,
        scores=(
            ("指标50%", "92.42"),
            ("测评30%", "90.78"),
            ("满意度20%", "88.26"),
            ("减分", "−1.00"),
            ("综合", "90.10"),
            ("名次（区间）", "7（6—10）"),
        ),
        votes=(
            ("发出／收回", "92／90"),
            ("有效／无效", "89／1"),
            ("优秀", "55"),
            ("称职", "25"),
            ("基本称职", "6"),
            ("不称职", "3"),
        ),
        bars="2026年2月26日核对7条，无不得确定为优秀的情形。",
        recent="2024年称职，2023年优秀，2022年称职。",
        proposed="称职",
        reason="参考意见为优秀，本组优秀名额5人已满。整改到12月才完成，本年度不列优秀。",
        opinions=(
            c.Opinion(label="考核组意见", text="建议确定为称职等次。", signs=(SIGNED,)),
            c.Opinion(label="组织部门意见", text="同意，报市委审定。", signs=(SEALED,)),
        )[:opinions],
        steps=(
            c.Step(
                body="党委审定",
                meeting_no="市委常委会第8次会议",
                on=date(2026, 3, 10),
                result="通过",
                text="云委〔2026〕18号。",
            ),
        ),
        decided="称职",
    )


def _list(**kw: object) -> c.ListPaper:
    return c.ListPaper(
        **BASE,
        title="年度考核花名册",
        columns=(("序号", 1, "c"), ("姓名", 3, "n"), ("单位及职务", 7, "l"), ("结果", 2, "c")),
        groups=(
            c.Group(
                title="市直部门",
                rows=tuple(
                    (str(i), x.name, x.unit + x.post, x.grade) for i, x in enumerate(listed(), 1)
                ),
                count="本组14人，其中优秀14人。",
            ),
        ),
        intro="按规定顺序排列。",
        signs=(c.Sign(label="移交人"), c.Sign(label="接收人")),
        **kw,
    )


def _form_paper() -> c.FormPaper:
    return c.FormPaper(
        **BASE,
        title="测评票销毁记录",
        fields=(("票匣", "2025-云州-031"), ("数量", "89张"), ("依据", "保管期满三年")),
        boxes=(
            c.Opinion(
                label="销毁情况",
                text="经两人现场监督，已全部销毁。",
                signs=(c.Sign(label="监销人"), SEALED),
                height=60,
            ),
        ),
        note="本记录永久保存。",
    )


def letter(**kw: object) -> c.Letter:
    given = {
        "title": "关于征求2025年度考核对象意见的函",
        "addressee": "市纪委监委机关",
        "paragraphs": (SENTENCE * 3, "请于2026年2月10日前书面回复，逾期视为无意见。"),
        "listed": listed(6),
        "list_title": "（一）名单",
        "attachments": ("考核对象名单", "回复表"),
        "contact": "干部考核科，0000-0000000",
        "doc_no": "云组考函〔2026〕12号",
    }
    return c.Letter(**(BASE | given | kw))


def _result() -> c.ResultNotice:
    return c.ResultNotice(
        **BASE,
        doc_no="云组考〔2026〕31号",
        person=person("王䶮"),
        grade="不称职",
        decided_by="中共云州市委常委会会议",
        decided_on=date(2026, 3, 10),
        strengths=SENTENCE,
        problems=SENTENCE,
        requirements="请在收到本告知书之日起10个工作日内提出整改措施。",
        own_rates=(("优秀率", "61.80%"), ("优称率", "89.89%")),
        review_right="如对考核结果有异议，可以在收到本告知书之日起30日内向原考核机关申请复核。",
        contact="干部考核科，0000-0000000",
    )


def volume(is_body: bool = False) -> c.Volume:
    return c.Volume(
        **BASE,
        archive_no="0037-WS·2025-Y-KH-0147",
        fonds="0037",
        title="云州市生态环境局领导班子2025年度考核卷" if is_body else "王䶮2025年度考核卷",
        subject="云州市生态环境局领导班子" if is_body else "王䶮",
        unit="云州市生态环境局",
        post="党组成员、副局长",
        is_body=is_body,
        grade="优秀",
        retention="永久",
        filed_by="阮桐",
        checked_by="水望舒",
    )


def _specials() -> dict[AnyKind, c.Paper]:
    return {
        D.REGISTRATION_FORM: form(),
        D.SELF_REPORT: c.Report(
            **BASE,
            author="王䶮",
            post="云州市生态环境局党组成员、副局长",
            addressee="市委考核组",
            sections=tuple(
                c.Section(heading=h, text="\n".join([SENTENCE * 2] * 3))
                for h in ("政治素质", "履职实绩", "抓党建和一岗双责", "廉洁自律", "存在问题")
            ),
            sign=c.Sign(label="述职人", name="王䶮", on=date(2025, 12, 22)),
        ),
        D.GRADE_APPROVAL: approval(),
        D.TALLY_SHEET: _tally(),
        D.OPINION_LETTER: letter(),
        D.OPINION_ANSWER: c.OpinionAnswer(
            **BASE,
            answered_by="云州市纪委监委机关",
            request_no="云组考函〔2026〕12号",
            request_on=date(2026, 1, 20),
            matters="年度考核对象的廉洁情况",
            answers=tuple((x, "未发现影响考核的问题。") for x in listed()),
        ),
        D.TALK_RECORD: c.TalkRecord(
            **BASE,
            on=date(2026, 1, 16),
            place="第二会议室",
            unit="云州市生态环境局",
            talkers=("阮桐", "水望舒"),
            recorder="张伟",
            interviewee="李镕",
            remarks=tuple(c.Remark(about=n, gist=SENTENCE, grade="优秀") for n in HARD_NAMES[:5]),
            signs=(c.Sign(label="谈话人"), c.Sign(label="记录人")),
        ),
        D.PUBLICITY_NOTICE: c.PublicityNotice(
            **BASE,
            range="市直机关领导干部",
            groups=(("市直部门", listed(8)), ("县（区）", listed(5))),
            starts=date(2026, 3, 2),
            ends=date(2026, 3, 6),
            working_days=5,
            phone="0000-0000000",
            address="云州市人民路1号",
        ),
        D.RESULT_NOTICE: _result(),
        D.REVIEW_DECISION: c.ReviewDecision(
            **BASE,
            doc_no="云组考复〔2026〕3号",
            applicant=person("李㛃"),
            complained="2025年度考核不称职等次（云组考〔2026〕31号）",
            request="请求重新确定等次。",
            findings=SENTENCE * 2,
            conclusion="撤销原决定，确定为基本称职等次。",
            further_right="对本决定不服的，可以自收到之日起15日内提出申诉。",
        ),
        D.RECTIFICATION_LIST: c.MeasuresList(
            **BASE,
            subject="王䶮",
            measures=tuple(
                c.Measure(
                    problem=SENTENCE,
                    measure=SENTENCE,
                    owner=name,
                    due=date(2026, 6, 30),
                    result="已完成。",
                    verifier="阮桐",
                )
                for name in HARD_NAMES[:4]
            ),
            signs=(c.Sign(label="责任人"), c.Sign(label="确认人")),
        ),
        D.SIGNED_SCAN: c.SignedScan(
            **BASE,
            of="年度考核登记表",
            code="K7QM2R9T04HDP3XD",
            subject="阮疏桐",
            pages=((1, scanned("正面")), (2, scanned("背面"))),
            scanned_on=date(2026, 3, 20),
        ),
        WorkingPaper.PAPER_BALLOT: c.PaperBallot(
            **BASE,
            meeting="2025年度民主测评",
            unit="云州市生态环境局",
            group="C票（干部职工）",
            colour="#1f5fa8",
            mark="C-01",
            digest="3f2a91bc0d1177e0" * 4,
            sheets=(
                c.BallotSheet(
                    title="领导干部测评表",
                    options=("优秀", "称职", "基本称职", "不称职"),
                    rows=tuple((name, "副局长") for name in HARD_NAMES[:12]),
                    note="优秀最多 3 个",
                ),
                c.BallotSheet(
                    title="领导班子测评表",
                    options=("优秀", "良好", "一般", "较差"),
                    rows=(("市生态环境局领导班子", ""),),
                ),
            ),
        ),
        WorkingPaper.CARD_SHEET: c.CardSheet(
            **BASE,
            meeting="2025年度总结述职会",
            held_on=date(2026, 1, 14),
            unit="云州市生态环境局",
            cards=tuple(
                c.Card(
                    url=f"https://cp.example.gov.invalid/k#{i:02d}" + "Q7VX2M9RK4TD" * 3,
                    group=("A票（上级领导）", "B票（班子成员）")[i % 2],
                    colour=("#b5121b", "#1f5fa8")[i % 2],
                    code="K7QM 2R9T 04HD P3XD",
                )
                for i in range(11)
            ),
        ),
    }


def scanned(text: str) -> c.Picture:
    """A grey page as a scanner gives it."""
    page = Image.new("L", (827, 1169), 240)
    ImageDraw.Draw(page).rectangle((80, 80, 80 + 40 * len(text), 400), outline=20, width=6)
    out = io.BytesIO()
    page.save(out, format="JPEG", quality=60)
    return c.Picture(out.getvalue())


def papers() -> dict[AnyKind, c.Paper]:
    """One context of every kind in the catalogue."""
    made = _specials()
    for kind, row in KINDS.items():
        if kind in made:
            continue
        if row.context is c.Volume:
            made[kind] = volume()
        elif row.context is c.Letter:
            made[kind] = letter(title=f"关于2025年度考核有关事项的{kind.zh}")
        elif row.context is c.ListPaper:
            made[kind] = _list(size="A3 landscape" if kind is D.DECIDING_PAPER else "A4")
        else:
            made[kind] = _form_paper()
    return made

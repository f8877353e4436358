"""What the ballot promises: the one list behind the voters' page, the site's page and the docs.

Each claim says where it stands (``security`` table of the ballot design). A modest true promise is
worth more than "fully anonymous": what is conceded or not promised stands beside what is proven.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cases.ballot_box.package import Package
from workflow.words import Sentence, m


class Standing(StrEnum):
    """``proven``: tested or cryptography; ``conceded``: a true weakness, with what limits it;
    ``not_promised``: outside of what any such system can do."""

    PROVEN = "proven"
    CONCEDED = "conceded"
    NOT_PROMISED = "not_promised"

    @property
    def heading(self) -> Sentence:
        """The heading over its claims."""
        return _TITLES[self]


_TITLES = {
    Standing.PROVEN: m("经得起检验的"),
    Standing.CONCEDED: m("承认做不到,但有办法减轻的"),
    Standing.NOT_PROMISED: m("不承诺的"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One promise or its limit: ``text`` says why, ``how`` how anybody may check it."""

    key: str
    standing: Standing
    title: Sentence
    text: Sentence
    how: Sentence


def _proven(key: str, title: Sentence, text: Sentence, how: Sentence) -> Claim:
    return Claim(key, Standing.PROVEN, title, text, how)


def _conceded(key: str, title: Sentence, text: Sentence, how: Sentence) -> Claim:
    return Claim(key, Standing.CONCEDED, title, text, how)


def _outside(key: str, title: Sentence, text: Sentence, how: Sentence) -> Claim:
    return Claim(key, Standing.NOT_PROMISED, title, text, how)


CLAIMS: tuple[Claim, ...] = (
    _proven(
        "once",
        m("一张卡只计一次,收下的不会丢"),
        m(
            "显示“已交卡”时,密封件已写入磁盘。同一份重复交,还是一份;"
            "拿用过的卡重交同类别人的那一份,也显示“已交卡”,箱里什么都不变。"
        ),
        m("每次发布前用 50 张卡各由 20 个人抢用来试,只收下 50 份。"),
    ),
    _proven(
        "sealed",
        m("数据库管理员看不到填写内容"),
        m("测评箱里只有加锁后的密封件,长度都一样。密钥分成甲、乙、备三份,任意两份到场才能打开。"),
        m("加锁办法是公开标准 RFC 9180,与标准附的样例逐一核对过。"),
    ),
    _proven(
        "noticed",
        m("增减或改动密封件会被发现"),
        m("封箱时当场核对测评卡和件数,并把总指纹印在计票表上。"),
        m("卡要当场数、总指纹要有人抄下来比对,这一条才算数。"),
    ),
    _proven(
        "repeatable",
        m("计票可以重做"),
        m("同一测评箱在两台机器上启封,结果逐字节相同。计票后不保留整张测评表,只留合计。"),
        m("监票人可以要求再启封一次,比对结果的校验值。"),
    ),
    _proven(
        "small",
        m("人数少的类别不单独列出"),
        m("不足规定票数的类别先合并再计票,合并次序在测评前定好。合并后仍不足的,不给数字。"),
        m("所有页面、表格和文件都由同一处给数,用相减也推不出被并掉的类别。"),
    ),
    _conceded(
        "order",
        m("管理员能看出哪个编码对应哪份密封件"),
        m("编码和密封件同时写入,懂技术的人能把两者对上。"),
        m("卡是随机抽的,没有登记姓名,密封件又打不开,所以看不出是谁填了什么。"),
    ),
    _conceded(
        "before",
        m("换掉页面或程序的人,能在加锁以前读到内容"),
        m(
            "网址是 https 的,内容在填写人的设备上加锁,明文不离开设备;"
            "不是的,由测评服务器在内存里加锁。页面写明是哪一种。"
        ),
        m("页面和每个程序的指纹公开,可以自己算;会场盒子不接外网,由两个人一起看管。"),
    ),
    _conceded(
        "backups",
        m("旧备份在销毁密钥以前还能打开"),
        m("原始密封件按方案保管到期后销毁。销毁以前,保密要靠分开保管密钥的人。"),
        m("保管办法写在下面;销毁要有见证并记入日志。"),
    ),
    _conceded(
        "tellers",
        m("没有到场的人要相信计票人和监票人"),
        m("计票由程序完成并可以重做,但是不是原样计的,到场的人看得到,不到场的人看不到。"),
        m("和纸质票一样,靠两个人分别签名、可以重做来约束。"),
    ),
    _conceded(
        "paper",
        m("纸质票的内容,录入的人看得到"),
        m("一类里纸质票很少时,录入的人可能猜到是谁填的;封箱以后交来的迟到票更是这样。"),
        m("票上没有姓名和编号;迟到票密封收下,到期以后一起拆开、打乱再录。"),
    ),
    _outside(
        "page",
        m("页面自己不能证明自己没有被换过"),
        m("页面说得再好,也可能是别人换上的页面。"),
        m("请比对卡上和计票表上的指纹;页面和程序的指纹在测评站点上列出,会前抄一份。"),
    ),
    _outside(
        "coercion",
        m("拦不住旁人看屏幕、要求截屏"),
        m("页面管不了会场。核对码里没有等次,证明不了选了什么。"),
        m("请找没人的地方填;有人要求看,请告诉监票人或者纪检机构。"),
    ),
    _outside(
        "unanimous",
        m("全组意见一致时,合计本身就说明了每个人的选择"),
        m("如果一个类别全部选了同一等次,任何方式都藏不住。"),
        m("这是算术,不是技术。"),
    ),
    _outside(
        "hall",
        m("会场摄像、抽卡次序、手机网络留下的痕迹"),
        m("这些在系统之外。对外开放的测评站点前面有网关,连接记录由网关另行保管。"),
        m("写在会场工作人员的检查单里,一项一项当场做。"),
    ),
)
"""In the order of the page: proven, conceded, not promised."""


def by_standing() -> Iterator[tuple[Standing, tuple[Claim, ...]]]:
    """The claims under their headings."""
    for standing in Standing:
        yield standing, tuple(claim for claim in CLAIMS if claim.standing is standing)


def custody_rule(custody: str, years: int | None = None) -> Sentence:
    """The custody rule in force (K3): ``sealed_custody`` or ``custody`` with its term, ``destroy``.

    ``years`` None: the term is not known here.
    """
    if custody == "destroy":
        return m("异议期满后,在见证下销毁密钥和密封件,以后谁也打不开。")
    if years is None:
        return m("密封件和密钥分开封存,保管期满在见证下销毁。")
    return m("密封件和密钥分开封存 %(n)s 年,期满在见证下销毁。", n=years)


def key_fingerprint(public_key: str) -> str:
    """SHA-256 of a public key (64 hex letters), 64 hex letters; pages show the first 16."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()


def marks_of(package: Package) -> tuple[tuple[Sentence, str], ...]:
    """What may be compared with card and tally sheet: label and value, 16 hexadecimal digits."""
    return (
        (m("启封公钥指纹"), key_fingerprint(package.public_key)[:16]),
        (m("表样指纹(印在测评卡上)"), package.digest[:16]),
    )


CHECKLIST: tuple[tuple[Sentence, tuple[Sentence, ...]], ...] = (
    (
        m("开会以前"),
        (
            m("测评卡已打乱,同一类的卡叠放,没有编号,没有登记谁拿哪张"),
            m("会场摄像没有对着桌面和屏幕;公用平板隔开摆放,旁人看不见"),
            m("公用平板已清空浏览记录,没有登录任何账号,没有录屏和投屏"),
            m("卡上的表样指纹与本页一致,两个人分别看过"),
            m("甲、乙、备三份密钥都不在会场;口令没有写在纸上"),
        ),
    ),
    (
        m("发卡和填写"),
        (
            m("宣读:无记名(卡上写明按具名统计的除外),一人一卡,交卡后不能修改;本人不必填自己"),
            m("由参评人员自己抽卡,工作人员不递卡、不按座次发"),
            m("没有人走动查看;没有人要求看屏幕或者截屏"),
            m("坏卡、丢卡当场换发,收回的坏卡放进信封"),
            m("看不清、不会操作的,用大字或者读屏,由本人指定的人协助"),
        ),
    ),
    (
        m("收卡封箱"),
        (
            m("宣布准确数:应交多少、已交多少,问有没有人还没有交"),
            m("清点纸卡:制卡 = 已交 + 收回 + 缺失,分类别记下"),
            m("封箱后当场读出总指纹,计票人、监票人各抄一份"),
            m("测评箱的文件由两个人一起带走,交接签名"),
        ),
    ),
    (
        m("启封计票"),
        (
            m("两位保管人到场,各自输入,别人回避"),
            m("先核对总指纹,再启封;不符就停下,保全原样"),
            m("可以再启封一次,两次结果的校验值相同"),
            m("统计表由计票人、监票人签名;密封件和密钥按保管办法封存"),
        ),
    ),
)
"""The officers' checklist for the hall: what lies outside the system, one A4 page."""

"""Invented names: common and compound surnames, characters of two or three generations."""

from __future__ import annotations

from cases.demo.city.draw import Draw

COMMON = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
SELDOM = "郗亓妫逄訾缑佘仇宓邬覃荀蔺储容宁裴阮晏祁闻骆屈汪柏楚计丛边石路安相"
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "南宫")
MEN = "承安明川行健致远思齐怀瑾立言景云起知舟牧若谷清和定砚衡屿朗澄"
WOMEN = "望舒若岚知微雨疏桐静安素心晚照听澜采薇霞秀兰婉清雪梅苒芷蘅汀"
EITHER = "一帆予安其琛嘉言亦舟秋南星书白衿怀远云新程为长乐"


def make_name(seed: int, key: str, gender: str, taken: set[str]) -> str:
    """A name nobody in ``taken`` bears; the same for the same seed and key."""
    attempt = 0
    while True:
        name = _name(Draw(seed, "name", key, attempt), gender)
        if name not in taken:
            taken.add(name)
            return name
        attempt += 1


def _name(draw: Draw, gender: str) -> str:
    share = draw.below(100)
    if share < 6:
        surname = draw.pick(COMPOUND)
    else:
        surname = draw.pick(COMMON if share < 70 else SELDOM)
    own = (MEN if gender == "男" else WOMEN) if draw.chance(70) else EITHER
    first = draw.pick(own)
    if draw.chance(30):
        return surname + first
    second = draw.pick(EITHER if draw.chance(35) else own)
    return surname + first + (second if second != first else draw.pick(EITHER))

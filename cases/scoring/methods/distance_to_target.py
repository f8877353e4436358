"""Distance to the target: full x (1 - |x - target| / scale), or the way from worst to target.

``form: scale`` is two-sided: any distance costs, whichever way; ``scale`` is the distance that
leaves nothing, by default the target itself. ``form: worst`` is full x (x - worst) / (target -
worst), full from the target on; ``worst`` is stated or the worst figure of the class. Source:
distance-to-target indices (Human Development and SDG goalposts).
"""

from collections.abc import Mapping
from fractions import Fraction

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import ahead, like, ratio
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Floats, Number, Vector
from workflow.words import Sentence, m

ZERO = Fraction(0)


def _absolute(vector: Vector) -> Vector:
    if isinstance(vector, Exact):
        words = vector.words
        return Exact([abs(n) for n in vector.nums] if words is None else abs(words), vector.den)
    return Floats(abs(vector.array))


def _worst(column: Column) -> Number:
    """The stated worst, else that of the class."""
    stated = column.optional("worst")
    if stated is not None:
        return stated
    return column.values.lowest() if column.best_is_high else column.values.highest()


def _by_worst(column: Column) -> bool:
    return column.word("form", "scale") == "worst"


def _shares(column: Column, worst: Number) -> tuple[Vector, Mapping[int, Sentence]]:
    """Share of full by place, not yet bounded, and why some have none."""
    distance, gaps = ahead(column)
    if _by_worst(column):
        return _way(column, distance, worst, gaps)
    far, scale = _absolute(distance), column.optional("scale")
    if scale is not None:
        if scale == 0:
            return far, dict.fromkeys(range(len(column)), m("距离尺度应大于零"))
        return far.line(-1 / scale, 0, 1), gaps
    if isinstance(column.targets, Fraction) and column.targets > 0:
        return far.line(-1 / column.targets, 0, 1), gaps
    aims = [column.target(place) for place in range(len(column))]
    low = m("没有大于零的目标值,须在方案中给出距离尺度")
    lost = {i: low for i, aim in enumerate(aims) if aim is not None and aim <= 0}
    return ratio(far, like(far, aims)).line(-1, 0, 1), {**gaps, **lost}


def _way(
    column: Column, distance: Vector, worst: Number, gaps: dict[int, Sentence]
) -> tuple[Vector, Mapping[int, Sentence]]:
    """1 + distance / room, room being the way from worst to target."""
    wrong = m("最差值不劣于目标值,不能计分")
    target = column.targets
    if isinstance(target, Fraction):
        room = target - worst if column.best_is_high else worst - target
        if room > 0:
            slope = 1 / room if isinstance(room, Fraction) else 1.0 / room
            return distance.line(slope, 0, 1), gaps
        return distance.line(0, 0, 1), dict.fromkeys(distance.below(0), wrong)
    aims = [column.target(place) for place in range(len(column))]
    rooms = like(column.values, aims).line(1, worst)
    rooms = rooms if column.best_is_high else rooms.line(-1)
    none = set(rooms.below(0)) | set(_zeros(rooms))
    lost = {place: wrong for place in distance.below(0) if place in none}
    return ratio(distance, rooms).line(1, 0, 1), {**lost, **gaps}


def _zeros(vector: Vector) -> list[int]:
    return [place for place, value in enumerate(vector.keys()) if value == 0]


def _bounded(column: Column, shares: Vector) -> Vector:
    full = column.number("full", FULL)
    return shares.line(full).clip(ZERO, full)


def score(column: Column) -> Scored:
    """Points from 0 to full; without a target or a distance to measure by there are none."""
    if not len(column):
        return Scored(column.values)
    shares, gaps = _shares(column, _worst(column))
    spent = dict.fromkeys(shares.below(0), m("距离超出尺度,计 0 分"))
    return Scored(_bounded(column, shares), spent, gaps)


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Distance, points."""
    target, worst = column.target(place), _worst(column)
    alone = column.alone(place)
    shares, gaps = _shares(alone, worst)
    if target is None or gaps:
        return ()
    value, aim, full = plain(alone.values.at(0)), plain(target), plain(column.number("full", FULL))
    points = pointed(_bounded(alone, shares).at(0))
    share = plain(shares.at(0))
    counted = Step(m("折算得分"), f"max(0, min(1, {share})) × {full}", points)
    if _by_worst(column):
        low = plain(worst)
        way = f"({value} − {low}) ÷ ({aim} − {low})"
        return (Step(m("从最差值到目标值走了多少"), way, share), counted)
    scale = column.optional("scale")
    far = f"1 − |{value} − {aim}| ÷ {plain(target if scale is None else scale)}"
    return (Step(m("与目标的接近程度"), far, share), counted)


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    return m("距离尺度应大于零") if parameters.get("scale") == 0 else None


def _refuse_target(
    target: Fraction, _best_is_high: bool, parameters: Mapping[str, Parameter]
) -> Sentence | None:
    measured = "scale" in parameters or parameters.get("form") == "worst"
    if target > 0 or measured:
        return None
    return m("没有大于零的目标值,须在方案中给出距离尺度")


METHOD = Method(
    code="distance_to_target",
    zh="与目标的距离",
    en="Distance to the target",
    score=score,
    explain=explain,
    numbers={
        "full": (0, 10000),
        "scale": (0, 10**15),
        "worst": (-(10**15), 10**15),
    },
    refuse=_refuse,
    refuse_target=_refuse_target,
    words={"form": ("scale", "worst")},
    needs_target=True,
)

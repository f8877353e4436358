"""Guards for the things beside the case, built from the name of the fact they compare."""

from workflow.facts import ThingFacts
from workflow.grammar import Guard, Payload
from workflow.words import Sentence


def none_left(count: str, rule: Sentence, refusal: Sentence) -> Guard[ThingFacts]:
    """Refuse while ``facts.counts[count]`` is above zero; ``refusal`` may use %(n)s."""

    def check(facts: ThingFacts, payload: Payload) -> Sentence | None:
        left = facts.counts.get(count, 0)
        return Sentence(refusal.msgid, {"n": left}) if left else None

    return Guard(f"none_left:{count}", rule, check)


def holds(flag: str, rule: Sentence, refusal: Sentence) -> Guard[ThingFacts]:
    """Refuse unless ``flag`` stands in ``facts.flags``."""

    def check(facts: ThingFacts, payload: Payload) -> Sentence | None:
        return None if flag in facts.flags else refusal

    return Guard(f"holds:{flag}", rule, check)


def absent(flag: str, rule: Sentence, refusal: Sentence) -> Guard[ThingFacts]:
    """Refuse while ``flag`` stands in ``facts.flags``."""

    def check(facts: ThingFacts, payload: Payload) -> Sentence | None:
        return refusal if flag in facts.flags else None

    return Guard(f"absent:{flag}", rule, check)


def reached(day: str, rule: Sentence, refusal: Sentence) -> Guard[ThingFacts]:
    """Refuse before ``facts.days[day]``; a missing day refuses too."""

    def check(facts: ThingFacts, payload: Payload) -> Sentence | None:
        on = facts.days.get(day)
        return None if on is not None and facts.today >= on else refusal

    return Guard(f"reached:{day}", rule, check)


def not_past(day: str, rule: Sentence, refusal: Sentence) -> Guard[ThingFacts]:
    """Refuse after ``facts.days[day]``; a missing day lets pass."""

    def check(facts: ThingFacts, payload: Payload) -> Sentence | None:
        on = facts.days.get(day)
        return refusal if on is not None and facts.today > on else None

    return Guard(f"not_past:{day}", rule, check)


def filled(key: str, rule: Sentence, refusal: Sentence) -> Guard[ThingFacts]:
    """Refuse when the payload has no text or value under ``key``."""

    def check(facts: ThingFacts, payload: Payload) -> Sentence | None:
        value = payload.get(key)
        return refusal if value is None or not str(value).strip() else None

    return Guard(f"filled:{key}", rule, check)

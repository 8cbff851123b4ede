"""What a case's rulebook says of an action beside its limits: words above the form, each with its basis."""

from collections.abc import Callable, Mapping

from portal.visitor.basis import basis
from portal.visitor.languages import say
from rulebooks import Rulebook
from rulebooks.limits import Sourced

PUBLIC = {
    "full": "答复全文公开，依法不公开的除外",
    "summary": "公开答复的摘要",
    "report": "公开的是办理情况的报告，不是各件答复",
    "none": "答复不公开",
}
BASIS = {"nature": "按事情的性质，面广、难度大的可以延期", "consent": "交办的机关同意才能延期"}
AFTERWARDS = {
    "assessment": "再次不满意的，先组织评估",
    "meeting": "再次不满意的，开会研究",
    "explanation": "再次不满意的，向代表书面说明",
}

Words = tuple[Sourced, str] | None


def rule_words(action: str, rulebook: Rulebook) -> str:
    """The words for the form of this action, '' where the rulebook says nothing of it."""
    spoken = ON_FORMS[action](rulebook) if action in ON_FORMS else None
    if spoken is None:
        return ""
    section, words = spoken
    return say("规则：%(what)s（依据：%(source)s）", what=words, source=basis(section.source))


def _committees(rulebook: Rulebook) -> Words:
    subjects = rulebook.subjects
    if subjects is None:
        return None
    return subjects, say("；").join(f"{subject} → {committee}" for subject, committee in subjects.map.items())


def _publicity(rulebook: Rulebook) -> Words:
    return (rulebook.publicity, say(PUBLIC[rulebook.publicity.default])) if rulebook.publicity else None


def _extension(rulebook: Rulebook) -> Words:
    return (rulebook.extension, say(BASIS[rulebook.extension.basis])) if rulebook.extension else None


def _afterwards(rulebook: Rulebook) -> Words:
    rules = rulebook.rehandle
    return (rules, say(AFTERWARDS[rules.afterwards])) if rules and rules.afterwards else None


ON_FORMS: Mapping[str, Callable[[Rulebook], Words]] = {
    "register": _committees,
    "sign": _publicity,
    "request_extension": _extension,
    "grant_extension": _extension,
    "decide_mediation": _afterwards,
}

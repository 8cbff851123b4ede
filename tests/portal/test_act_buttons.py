"""What asks for nothing is done by its button; the page after it says what follows, and how to take it back."""

import re

import pytest

from portal.visitor.act_buttons import LASTING
from portal.visitor.site import Site
from states.counter_steps import COUNTER_STEPS
from states.decide import LIFECYCLES
from states.sheets import SHEETS
from storage import Register
from tests.builders import walk
from tests.portal.web import HIDDEN, page_text, signed_in

RECEIPT = "/act/C1?do=receipt&on=C1/a1"


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def test_a_unit_signs_for_a_case_with_one_button_and_reads_what_follows(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    handler = signed_in(site, "W1")
    words = page_text(handler.submit(RECEIPT, "/case/C1"))
    assert "已办：签收" in words
    assert re.search(r"接下来：.+，由.+办，最后一天 \d", words)


def test_a_page_that_would_be_empty_leads_to_the_case(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    handler = signed_in(site, "W1")
    handler.get(RECEIPT)
    assert handler.path == "/case/C1"


def test_a_button_of_a_changed_case_does_nothing_at_first(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    handler, other = signed_in(site, "W1"), signed_in(site, "W1")
    old = handler.get("/case/C1")
    other.act("C1", "receipt", "C1/a1")
    form = re.search(rf'<form method="post" action="{re.escape(RECEIPT.replace("&", "&amp;"))}".*?</form>', old, re.S)
    assert form
    handler.post(RECEIPT, dict(HIDDEN.findall(form.group())), 409)


def test_the_page_after_an_action_offers_the_one_that_takes_it_back(site: Site) -> None:
    walk(site.register, "C1", until="submit")
    page = signed_in(site, "D1").get("/case/C1?done=submit")
    after = page.partition('<div class="good"')[2].partition("</article>")[0]
    assert "办错了可以：" in after
    assert "do=withdraw" in after


def test_what_lasts_says_so_above_its_button(site: Site) -> None:
    walk(site.register, "C1", until="deliver_reply")
    page = signed_in(site, "R1").get("/case/C1")
    lasting = page.partition('<details class="lasting">')[2].partition("</details>")[0]
    assert "收不回" in lasting
    assert '<form method="post"' in lasting


def test_a_counter_step_can_be_taken_from_where_the_other_one_leads() -> None:
    for action, counter in COUNTER_STEPS.items():
        steps = [(machine, step) for machine in LIFECYCLES.values() for step in machine.steps if step.action == action]
        assert steps, action
        if counter == "propose_supervision":  # raised beside the case, by no table of its own
            continue
        reached = {
            (machine, state)
            for machine, step in steps
            for state in ([step.target] if step.target else step.sources)
        }
        open_from = {
            (machine, state)
            for machine in LIFECYCLES.values()
            for step in machine.steps
            if step.action == counter
            for state in step.sources
        }
        assert {state for _, state in reached} & {state for _, state in open_from}, (action, counter)


def test_only_what_asks_for_nothing_and_has_no_counter_step_is_confirmed_in_place() -> None:
    assert not LASTING.keys() & COUNTER_STEPS.keys()
    assert not [action for action in LASTING if any(field.form for field in SHEETS.get(action, ()))]

"""Which passwords are taken? None that somebody who knows the office would try first."""

import re
from pathlib import Path

import pytest

from portal.visitor.password_strength import unfit_password
from tests.portal.web import PASSWORD

FIRST_TRIED = (
    "1234567890", "qwertyuiop", "1qaz2wsx3edc", "asdfghjkl;'", "Password2026", "P@ssw0rd2026", "admin@123456",
    "letmein2026!", "aaaabbbbcccc", "abcdefghij", "woaini1314", "woaini5201314", "zhangwei1990", "Zhang@1990!",
    "zhaoliying1987", "liuyang19900101", "1990zhangwei", "wangfang5201314", "suqian2026", "Renda@2026", "daibiao2025!",
    "mima123456", "Chongqing2026", "duban@2026", "13812345678", "138 1234 5678", "320102199001011234",
    "32010219900101123X", "2026-11-30 2026", "xx-R001-2026-xx", "XX-r001-2026-xx",
)  # fmt: skip


@pytest.mark.parametrize("password", FIRST_TRIED)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert unfit_password(password, "R001")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "月亮代表我的心真的很圆", "correct horse battery", "ren jian yan huo", "tK9!vq-2Lm#x", "äöüример!" * 20],
)
def test_unrelated_words_are_taken(password: str) -> None:
    assert unfit_password(password, "R001") == ""


def test_length_is_bounded_on_both_sides() -> None:
    assert unfit_password("tK9!vq-2L", "R001")
    assert unfit_password("tK9!vq-2Lm" * 21, "R001")


def test_a_password_is_made_a_hash_of_in_one_module_alone() -> None:
    """So that no other way, a page or a command, can set one that was not looked at."""
    portal = Path(__file__).parents[2] / "portal"
    making = {path.name for path in portal.rglob("*.py") if re.search(r"HASHER\.hash|PasswordHasher", path.read_text())}
    assert making == {"signing.py"}

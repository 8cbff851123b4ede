"""The forms of papers: measures and fonts, every field in its place, and templates that an office replaces."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from notifications.papers import (
    KINDS,
    LISTS,
    OF_CASES,
    IssuingOffice,
    PaperError,
    Templates,
    chinese_day,
    chinese_number,
    load_offices,
    sample,
    shipped,
    titled,
    write_shipped,
)
from notifications.papers.elements import Grid, Layout, When
from notifications.papers.page import KINDS_BEGIN, kinds_part
from notifications.papers.samples import WORDS
from states import LIFECYCLES
from states.decide import event_names
from tests.papers import body_of, words_of

TEMPLATES = Templates()


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_says_all_that_it_knows(kind: str) -> None:
    chosen = sample(KINDS[kind])
    words = words_of(TEMPLATES.render(chosen))
    expected = [chosen.number, chosen.title, chosen.issuer, "2026年3月5日"]
    if KINDS[kind].layout != Layout.LIST:
        expected.append("市住房和城乡建设局")
    if KINDS[kind].layout in (Layout.LETTER, Layout.DOCUMENT):
        expected.append("抄送：市人民政府办公室，市财政局。")
    used = body_of(shipped(kind))
    for name, value in chosen.fields.items():
        if f"{{{{ {name} }}}}" in used and isinstance(value, str):
            expected.append(value)
        for row in value if isinstance(value, list) and f"in {name} " in used else ():
            expected += [row] if isinstance(row, str) else [str(value) for value in row.values()]
    assert [word for word in expected if word not in words] == []
    assert "{" not in words.replace("{{", "{")


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_a_kind_is_used_by_its_template_or_its_title(kind: str) -> None:
    used = body_of(shipped(kind)) + KINDS[kind].words
    unused = [name for name in KINDS[kind].fields if name not in used]
    assert unused in ([], ["class_text"]), "the text of a class is there for templates that want it"


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_known_nothing_is_left_standing(kind: str) -> None:
    words = words_of(TEMPLATES.render(sample(KINDS[kind], full=False)))
    for left in ("抄送：", "联系人：", "None", "签发人：", "（）", "依据：。"):
        assert left not in words, left


def test_the_same_paper_is_the_same_file() -> None:
    assert TEMPLATES.render(sample(KINDS["circular"])) == Templates().render(sample(KINDS["circular"]))
    assert shipped("circular") == shipped.__wrapped__("circular")


def test_a_paper_has_the_measures_of_an_official_one() -> None:
    document = Document(BytesIO(TEMPLATES.render(sample(KINDS["circular"]))))
    section: Any = document.sections[0]
    measures = (section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin)
    assert [round(measure.mm) for measure in measures] == [210, 297, 37, 28, 26]
    lines = {line.text: line for line in document.paragraphs}
    title, body = lines["通报（样张）"], next(line for line in document.paragraphs if line.text.startswith("请市住房"))
    assert (font_of(title), title.runs[0].font.size) == ("方正小标宋简体", Pt(22))
    assert title.alignment == 1, "in the middle"
    assert (font_of(body), body.runs[0].font.size) == ("仿宋_GB2312", Pt(16))
    assert body.paragraph_format.first_line_indent == Pt(32), "two characters"
    assert document.styles["Normal"].paragraph_format.line_spacing == Pt(28)
    assert lines["宿人办通〔2026〕3号"].alignment == 1
    feet = [section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]]
    assert [line.text for line in feet] == ["—  —", "—  —"]
    assert ["PAGE" in line._element.xml for line in feet] == [True, True]


def test_the_class_of_a_reply_stands_above_its_title_on_the_right() -> None:
    document = Document(BytesIO(TEMPLATES.render(sample(KINDS["reply_letter"]))))
    lines = [line.text for line in document.paragraphs]
    assert lines.index("办理结果：A") < lines.index("答复函（样张）")
    assert next(paragraph for paragraph in document.paragraphs if paragraph.text == "办理结果：A").alignment == 2
    assert "（此件公开发布）" in lines


def font_of(line: Any) -> str:
    return str(line.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")))


def test_what_people_wrote_stands_in_it_as_they_wrote_it() -> None:
    title = "甲 & 乙 <b> {{ number }} {% if %}\x0b“引号” {_{ x }_} {_% y %_} a_b"
    words = words_of(TEMPLATES.render(replace(sample(KINDS["urge_notice"]), title=title)))
    assert title.replace("\x0b", "\ufffd") in words


def test_every_occasion_is_an_event_that_is_written() -> None:
    written = {*event_names(), "limit.overdue", "limit.escalated", "inspection.made", "conversion.recorded"}
    assert {event for kind in OF_CASES for event in kind.events} <= written
    assert {event.partition(".")[0] for kind in OF_CASES for event in kind.events} <= {
        *LIFECYCLES, "limit", "inspection",
    }  # fmt: skip


def test_kinds_are_named_once_and_their_samples_know_every_word() -> None:
    assert len(KINDS) == len(OF_CASES) + len(LISTS)
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)
    shaped = {part.name for kind in KINDS.values() for part in _parts(kind.body) if not isinstance(part, str | When)
              and hasattr(part, "name")}  # fmt: skip
    tags = {name for kind in KINDS.values() for name in kind.tags if name not in shaped}
    assert tags - WORDS.keys() - {
        "title", "issuer", "day", "number", "recipients", "copies", "contact", "phone",
    } == set()  # fmt: skip


def _parts(body: Any) -> list[Any]:
    parts: list[Any] = []
    for part in body:
        parts += [part, *(_parts(part.parts) if isinstance(part, When) else [])]
    return parts


def test_days_and_numbers_in_chinese() -> None:
    assert chinese_day(date(2026, 3, 5)) == "2026年3月5日"
    assert chinese_day(None) == ""
    assert [chinese_number(number) for number in (1, 6, 10, 11, 20, 32)] == ["一", "六", "十", "十一", "二十", "三十二"]


# -- templates of an office ------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two templates to edit; the others are the shipped ones."""
    for kind in ("urge_notice", "circular"):
        (tmp_path / f"{kind}.docx").write_bytes(shipped(kind))
    return tmp_path


def edited(file: Path, old: str, new: str) -> None:
    """Replace words in a template, as somebody does in Word."""
    document = Document(str(file))
    runs = [run for line in document.paragraphs for run in line.runs if old in run.text]
    assert runs, old
    for run in runs:
        run.text = run.text.replace(old, new)
    document.save(str(file))


def test_the_shipped_templates_are_written_once_and_what_was_edited_stays(folder: Path) -> None:
    edited(folder / "urge_notice.docx", "请即办理", "请马上办理")
    assert len(write_shipped(folder)) == len(KINDS) - 2
    assert sorted(file.stem for file in folder.iterdir()) == sorted(KINDS)
    assert write_shipped(folder) == []
    words = words_of(Templates(folder).render(sample(KINDS["urge_notice"])))
    assert "请马上办理" in words
    assert Templates(folder).faults() == {}


def test_a_template_alone_in_the_folder_replaces_its_own_kind_only(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "own"
    alone.mkdir()
    (folder / "circular.docx").rename(alone / "circular.docx")
    edited(alone / "circular.docx", "现予以通报", "特此通报")
    templates = Templates(alone)
    assert templates.own() == ["circular"]
    assert "特此通报" in words_of(templates.render(sample(KINDS["circular"])))
    assert "请即办理" in words_of(templates.render(sample(KINDS["urge_notice"])))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{{ last_day }}", "{{ lastday }}", r"{{ lastday }} is no field of 催办通知书, did you mean {{ last_day }}\?"),
        ("{{ last_day }}", "{{ zzzzzz }}", r"{{ zzzzzz }} is no field of 催办通知书; there are title, issuer"),
        ("{{ last_day }}", "{{ last_day }", r"a tag cannot be read: .* near “.*last_day }"),
        ("{{ number }}", "", r"lacks {{ number }}, without which"),
        ("{%p if copies %}", "{%p if %}", r"a tag cannot be read"),
    ],
)
def test_a_template_with_a_fault_is_told_by_file_and_tag(folder: Path, old: str, new: str, fault: str) -> None:
    edited(folder / "urge_notice.docx", old, new)
    faults = Templates(folder).faults()
    assert list(faults) == ["urge_notice.docx"]
    assert re.match(f"urge_notice.docx: .*{fault}", str(faults["urge_notice.docx"])), faults


@pytest.mark.parametrize(
    ("tag", "chinese"),
    [
        ("{{ 'x' * 9 }}", "模板有错：* 只用于数"),
        ("{{ 1 / 0 }}", "模板有错：除数是零"),
        ("{{ last_day }", "有一处标签读不了：标签的写法不对，在“"),
        ("{% include 'x' %}", "文书的模板不能用 include"),
    ],
)
def test_a_fault_of_a_template_is_told_in_chinese(folder: Path, tag: str, chinese: str) -> None:
    edited(folder / "urge_notice.docx", "{{ last_day }}", tag)
    assert chinese in Templates(folder).faults()["urge_notice.docx"].chinese()


def test_rendering_by_a_template_with_a_fault_says_the_same(folder: Path) -> None:
    edited(folder / "urge_notice.docx", "{{ last_day }}", "{{ lastday }}")
    with pytest.raises(PaperError, match=r"urge_notice\.docx: {{ lastday }} is no field"):
        Templates(folder).render(sample(KINDS["urge_notice"]))


def test_a_file_that_is_no_template_is_told(folder: Path) -> None:
    (folder / "urge_notise.docx").write_bytes(shipped("urge_notice"))
    (folder / "circular.docx").write_bytes(b"no zip at all")
    (folder / "~$circular.docx").write_bytes(b"of Word")
    faults = Templates(folder).faults()
    assert "did you mean urge_notice.docx?" in str(faults["urge_notise.docx"])
    assert "is no .docx of Word" in str(faults["circular.docx"])
    assert len(faults) == 2
    with pytest.raises(PaperError, match="is no folder; DUBAN_PAPERS_DIR"):
        Templates(folder / "none")


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__.__mro__ }}",
        "{% include 'urge_notice.docx' %}",
        "{% import 'x' as y %}{{ last_day }}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{% for one in range(999999999) %}{{ one }}{% endfor %}",
        "{% for one in range(900) %}{% for two in range(900) %}{% endfor %}{% endfor %}",
        "{% for a in last_day %}{% for b in last_day %}{% for c in last_day %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in last_day recursive %}{{ loop(last_day) }}{% endfor %}",
        "{{ 'a' * 2000000000 }}",
        "{{ '%2000000000s' % last_day }}",
        "{{ 9 ** 999999999 }}",
        "{{ 'a'.center(2000000000) }}",
        "{{ 'a' | center(2000000000) }}",
        "{{ '{:2000000000}'.format('a') }}",
        "{{ lipsum(999999) }}",
        "{{ 1 / 0 }}",
        "{{ last_day.nothing }}",
        "{{ last_day + 1 }}",
        "{{ '</w:t><w:x' | safe }}",
    ],
)
def test_a_template_neither_reaches_out_of_itself_nor_goes_on_for_ever(folder: Path, tag: str) -> None:
    edited(folder / "urge_notice.docx", "{{ last_day }}", tag)
    assert "urge_notice.docx" in Templates(folder).faults()
    with pytest.raises(PaperError):
        Templates(folder).render(sample(KINDS["urge_notice"]))


def test_a_template_may_ask_and_go_through_rows(folder: Path) -> None:
    line = "{{ n + 2 * 1 }}{{ last_day.strip() | default('') }}"
    tag = "{% if last_day %}{% for n in range(2) %}" + line + "{% endfor %}{% endif %}"
    edited(folder / "urge_notice.docx", "{{ last_day }}", tag)
    assert Templates(folder).faults() == {}


def test_a_document_whose_xml_is_broken_is_told(folder: Path) -> None:
    path = folder / "urge_notice.docx"
    whole = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    with zipfile.ZipFile(path, "w") as broken:
        for name, content in whole.items():
            broken.writestr(name, content[:-50] if name == "word/document.xml" else content)
    assert "urge_notice.docx" in Templates(folder).faults()


# -- who puts papers out ----------------------------------------------------------------------------------------


def test_offices_are_called_as_their_file_says(tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text(
        '[congress.321300]\nname = "宿迁市人大常委会办公室"\ncode = "宿人办"\nphone = "0527-1"\n'
        '[units.U1]\nname = "宿迁市教育局"\ncode = "宿教"\n', "utf-8",
    )  # fmt: skip
    offices = load_offices(tmp_path)
    assert offices.of_region("321300", "宿迁市") == IssuingOffice("宿迁市人大常委会办公室", "宿人办", phone="0527-1")
    assert offices.of_unit("U1", "教育局").code == "宿教"
    assert offices.of_unit("U2", "财政局") == IssuingOffice("财政局", "财政局")
    assert offices.of_government("321300", "宿迁市").code == "宿政办"
    assert load_offices(None).of_region("330100", "杭州市").name == "杭州市人大常委会代表工作委员会"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[congres]", "congres is unknown; there are congress, government, units"),
        ('[units.U1]\nname = "x"', "units.U1.code is a text that is not empty"),
        ('[units.U1]\nname = "x"\ncode = "y"\nfax = "1"', "units.U1.fax is unknown"),
        ("[units", "office.toml: "),
    ],
)
def test_a_file_of_offices_with_a_fault_is_told_by_key(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "office.toml").write_text(text, "utf-8")
    with pytest.raises(PaperError, match=fault):
        load_offices(tmp_path)


def test_titles_are_filled_in() -> None:
    facts = {"case_name": "宿迁市六届人大二次会议第18号建议"}
    assert titled(KINDS["reply_letter"], facts) == "关于宿迁市六届人大二次会议第18号建议的答复"
    assert any(isinstance(part, Grid) for part in KINDS["assignment_list"].body)


def test_the_page_about_papers_tells_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "papers.md").read_text("utf-8")
    assert page.endswith(kinds_part()), "renew it: duban papers kinds --write"
    assert page.count(KINDS_BEGIN) == 1

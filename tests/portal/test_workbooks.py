"""Texts that are longer than Excel takes in a cell: nothing of them is lost."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.visitor.workbooks import MOST, REST, Sheet, workbooks


@pytest.mark.parametrize(
    ("piece", "times"), [("", 1), ("路", MOST), ("路", MOST + 1), ("𠮷", 40_000), ("路\n", 60_000), ("x", 100_001)]
)
def test_a_long_text_goes_on_in_a_sheet_of_its_own(piece: str, times: int) -> None:
    text = piece * times
    book = load_workbook(BytesIO(workbooks([Sheet("件", ["编号", "事实"], [["1", "短"], ["2", text]])])))
    first = book["件"]["B3"].value or ""
    if len(text.encode("utf-16-le")) <= 2 * MOST:
        assert (first, book.sheetnames) == (text, ["件"])
        return
    shown, _, where = first.partition("……（未完，见")
    assert where == f"“{REST}”表第 2 行）"
    rest = list(book[REST].iter_rows(min_row=2, values_only=True))
    assert {row[:3] for row in rest} == {("件", 3, "事实")}
    assert shown + "".join(str(row[3]) for row in rest) == text

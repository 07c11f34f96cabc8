"""The copy of a book that tells beside each line why it could not be taken. No cell of it is a formula."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from feedback.register_reading import Fault

if TYPE_CHECKING:
    from openpyxl import Workbook


def with_faults(workbook: "Workbook", faults: Sequence[Fault]) -> bytes:
    """The book again, with what is wrong in a last column. Every formula becomes the text of it."""
    for sheet in workbook.worksheets:
        last = sheet.max_column + 1
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = str(getattr(cell.value, "text", cell.value) or "")
                    cell.data_type = "s"
        for fault in (each for each in faults if each.sheet == sheet.title):
            cell = sheet.cell(fault.row, last)
            told = f"{fault.column}: {fault.why}" if fault.column else fault.why
            cell.value = f"{cell.value}\n{told}" if cell.value else told
            cell.data_type = "s"
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()

"""An official paper as a file over HTTP, in either of its forms."""

from django.http import HttpResponse

from bodies.papers import Paper

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# What makes them is loaded when a paper is asked for.
def _pdf_of(paper: Paper) -> bytes:
    from bodies.paper_pdf import pdf_of

    return pdf_of(paper)


def _docx_of(paper: Paper) -> bytes:
    from bodies.paper_docx import docx_of

    return docx_of(paper)


FORMS = {"pdf": (_pdf_of, PDF, "PDF"), "docx": (_docx_of, DOCX, "Word draft")}


def file_of(paper: Paper, name: str, form: str) -> HttpResponse:
    """To be saved under this name; what stands on it may be for few eyes, so nothing keeps it on the way."""
    make, kind, _word = FORMS[form]
    answer = HttpResponse(make(paper), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer

"""Papers over HTTP: for whoever sees the dialogue, as a file that nothing keeps on the way."""

import pytest

from cases.conclusions import Promise
from dialogues import concluding
from tests.bodies.papers import read_docx, read_pdf
from tests.cases.making import at, make_body, make_user
from tests.dialogues.making import brought_to, make_host

pytestmark = pytest.mark.usefixtures("law")


def url(dialogue, file):
    return f"/api/v1/dialogues/{dialogue.code}/{file}"


@pytest.mark.parametrize("name", ["notice", "minutes", "results"])
def test_each_paper_comes_as_pdf_and_as_a_word_draft(client_of, name):
    host = make_host()
    dialogue = brought_to(host, "published")
    client = client_of(host.monitor)
    pdf, draft = client.get(url(dialogue, f"{name}.pdf")), client.get(url(dialogue, f"{name}.docx"))
    assert (pdf.status_code, draft.status_code) == (200, 200)
    assert pdf["Content-Type"] == "application/pdf"
    assert draft["Content-Type"].endswith("wordprocessingml.document")
    assert pdf["Content-Disposition"] == f'attachment; filename="{dialogue.code}-{name}.pdf"'
    assert pdf["Cache-Control"] == draft["Cache-Control"] == "no-store"
    assert "Đối thoại với Nhân dân về đất đai" in " ".join(read_pdf(pdf.content)[0].split())
    assert "Đối thoại với Nhân dân về đất đai" in read_docx(draft.content)


def test_papers_are_in_vietnamese_for_whoever_reads_the_product_in_english(client_of):
    host = make_host()
    dialogue = brought_to(host, "announced")
    answers = [
        client_of(host.head, language).get(url(dialogue, "notice.pdf")).content for language in ("en", "vi")
    ]
    assert answers[0] == answers[1]


def test_what_is_not_there_yet_is_refused_with_the_reason(client_of):
    host = make_host()
    dialogue = brought_to(host, "planned")
    for name in ("notice", "minutes", "results"):
        answer = client_of(host.head).get(url(dialogue, f"{name}.pdf"))
        assert answer.status_code == 409
        assert answer.json()["refused"]


def test_outside_ones_branch_there_is_no_paper(client_of):
    dialogue = brought_to(make_host(), "announced")
    assert client_of(make_user(("head", make_body()))).get(url(dialogue, "notice.pdf")).status_code == 404
    assert client_of(None).get(url(dialogue, "notice.pdf")).status_code == 401


def test_the_minutes_cost_the_same_with_one_conclusion_and_with_four(client_of, django_assert_num_queries):
    host = make_host()
    dialogue = brought_to(host, "minutes_drafted")
    client = client_of(host.head)
    for count in range(1, 5):
        new = Promise(text=f"Việc {count}", body=make_body())
        concluding.conclude(dialogue, new, by=host.head, at=at("2026-03-21", 15))
        # Standing; dialogue, former names of host and superior; minutes, joint hosts, questions; conclusions, who held their
        # cases, these bodies with their former names, and the days.
        with django_assert_num_queries(12):
            client.get(url(dialogue, "minutes.pdf"))

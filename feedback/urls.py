"""The desk's addresses of petitions."""

from django.urls import path

from feedback import acknowledgement_views, book_views, desk_views, import_views, verdict_views

urlpatterns = [
    path("reception/", desk_views.desk, name="reception-desk"),
    path("reception/similar/", desk_views.similar, name="similar-petitions"),
    path("reception/book/", book_views.book, name="reception-book"),
    path("reception/book/print/", book_views.printed, name="print-reception-book"),
    path("reception/<slug:code>/receipt/", desk_views.receipt, name="receipt"),
    path("reception/<slug:code>/papers/", acknowledgement_views.papers, name="acknowledge-papers"),
    path(
        "reception/<slug:code>/papers/<int:number>.pdf",
        acknowledgement_views.acknowledgement,
        name="acknowledgement",
    ),
    path("import/", import_views.books, name="import-books"),
    path("import/<uuid:pk>/", import_views.book, name="import-book"),
    path("import/<uuid:pk>/state/", import_views.state, name="import-state"),
    path("import/<uuid:pk>/confirm/", import_views.confirm, name="confirm-import"),
    path("import/<uuid:pk>/copy/", import_views.copy, name="import-copy"),
    path("cases/<slug:reference>/verdicts/<int:number>/", verdict_views.decide, name="decide-verdict"),
]

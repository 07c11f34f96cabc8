"""The addresses of petitions: the citizen's and the desk's."""

from django.urls import path

from feedback import (
    acknowledgement_views,
    book_views,
    desk_views,
    identity_views,
    import_views,
    portal_views,
    reception_day_views,
    verdict_views,
)

urlpatterns = [
    path("track/", portal_views.track, name="track"),
    path("track/petition/", portal_views.petition, name="tracked"),
    path("track/petition/print/", portal_views.printed, name="tracked-printed"),
    path("track/petition/add/", portal_views.add, name="track-add"),
    path("track/petition/verdict/", portal_views.rate, name="track-rate"),
    path("track/petition/withdraw/", portal_views.withdraw, name="track-withdraw"),
    path("track/leave/", portal_views.leave, name="track-leave"),
    path("reception/", desk_views.desk, name="reception-desk"),
    path("reception/similar/", desk_views.similar, name="similar-petitions"),
    path("reception/book/", book_views.book, name="reception-book"),
    path("reception/book/print/", book_views.printed, name="print-reception-book"),
    path("reception/days/", reception_day_views.month, name="reception-days"),
    path("reception/days/new/", reception_day_views.write_down, name="write-reception-day"),
    path("reception/days/<int:pk>/", reception_day_views.day, name="reception-day"),
    path("reception/<slug:code>/receipt/", desk_views.receipt, name="receipt"),
    path("reception/<slug:code>/papers/", acknowledgement_views.papers, name="acknowledge-papers"),
    path(
        "reception/<slug:code>/papers/<int:number>.pdf",
        acknowledgement_views.acknowledgement,
        name="acknowledgement",
    ),
    path("cases/<slug:reference>/people/<int:position>/", identity_views.identity, name="read-identity"),
    path("reveals/", identity_views.waiting, name="reveals"),
    path("reveals/<int:pk>/", identity_views.decide, name="decide-reveal"),
    path("import/", import_views.books, name="import-books"),
    path("import/<uuid:pk>/", import_views.book, name="import-book"),
    path("import/<uuid:pk>/state/", import_views.state, name="import-state"),
    path("import/<uuid:pk>/confirm/", import_views.confirm, name="confirm-import"),
    path("import/<uuid:pk>/copy/", import_views.copy, name="import-copy"),
    path("cases/<slug:reference>/verdicts/<int:number>/", verdict_views.decide, name="decide-verdict"),
]

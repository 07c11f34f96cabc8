"""The desk's addresses of petitions."""

from django.urls import path

from feedback import desk_views, verdict_views

urlpatterns = [
    path("reception/", desk_views.desk, name="reception-desk"),
    path("reception/similar/", desk_views.similar, name="similar-petitions"),
    path("reception/<slug:code>/receipt/", desk_views.receipt, name="receipt"),
    path("cases/<slug:reference>/verdicts/<int:number>/", verdict_views.decide, name="decide-verdict"),
]

"""The desk's addresses of cases."""

from django.urls import path

from cases import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", views.case_list, name="work-list"),
    path("cases/<slug:reference>/", views.case_page, name="case-page"),
]

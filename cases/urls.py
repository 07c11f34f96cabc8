"""The desk's addresses of cases."""

from django.urls import path

from cases import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", views.case_list, name="case-list"),
    path("cases/<slug:reference>/", views.case_page, name="case"),
]

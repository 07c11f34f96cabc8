"""The desk's addresses of plans and heads."""

from django.urls import path

from plans import head_views

urlpatterns = [
    path("offices/", head_views.page, name="my-offices"),
    path("offices/weekly/", head_views.weekly, name="weekly-mail"),
]

"""The desk's addresses of dialogues and supervision."""

from django.urls import path

from dialogues import recommendation_views

urlpatterns = [
    path("monitor/recommendations/new/", recommendation_views.write, name="write-recommendation"),
]

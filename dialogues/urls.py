"""The addresses of dialogues: the public's and the desk's."""

from django.urls import path, re_path

from dialogues import recommendation_views, views

urlpatterns = [
    path("public/dialogues/", views.announced, name="announced-dialogues"),
    re_path(r"^public/dialogues/(?P<code>[0-9]{4}-[a-z0-9-]+)/$", views.dialogue, name="announced-dialogue"),
    path("public/questions/", views.followed, name="follow-question"),
    path("monitor/recommendations/new/", recommendation_views.write, name="write-recommendation"),
]

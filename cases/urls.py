"""The desk's addresses of cases."""

from django.urls import path

from cases import bulk_views, case_views, list_views, monitor_views, saved_list_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", list_views.case_list, name="work-list"),
    path("monitor/", monitor_views.monitor, name="monitor"),
    path("monitor/told/", monitor_views.told, name="told"),
    path("cases/move/", bulk_views.move_many, name="move-many"),
    path("cases/move/<uuid:pk>/", bulk_views.move_all, name="move-all"),
    path("cases/lists/", saved_list_views.views, name="saved-views"),
    path("cases/lists/<int:pk>/drop/", saved_list_views.drop_view, name="drop-view"),
    path("cases/find/", list_views.find, name="find-cases"),
    path("cases/suggest/<slug:what>/", list_views.suggest, name="suggest"),
    path("cases/<slug:reference>/follow/", monitor_views.follow, name="follow-case"),
    path("cases/<slug:reference>/", case_views.case_page, name="case-page"),
    path("cases/<slug:reference>/moves/<slug:move>/", case_views.case_move, name="case-move"),
    path("cases/<slug:reference>/moves/<slug:move>/draft/", case_views.case_draft, name="case-draft"),
    path("cases/<slug:reference>/panels/<slug:name>/", case_views.case_panel, name="case-panel"),
]

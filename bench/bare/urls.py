"""The one view of the bare project."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import path
from rest_framework import generics, serializers

from bench.bare.models import Limit, Line, Matter


class MatterSerializer(serializers.ModelSerializer):
    class Meta:
        model = Matter
        fields = ["id", "reference", "kind", "title", "content", "received_at"]


class MatterView(generics.CreateAPIView):
    serializer_class = MatterSerializer

    def perform_create(self, serializer: MatterSerializer) -> None:
        with transaction.atomic():
            matter = serializer.save()
            Line.objects.create(matter=matter, what="open")
            Limit.objects.create(matter=matter, due_on=date(2026, 1, 1) + timedelta(days=10))


urlpatterns = [path("matters/", MatterView.as_view())]

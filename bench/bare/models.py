"""A matter, a line of its history, a limit: the least that could hold a petition."""

from django.db import models


class Matter(models.Model):
    reference = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=300)
    content = models.TextField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.reference


class Line(models.Model):
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE)
    what = models.CharField(max_length=24)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.what


class Limit(models.Model):
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE)
    due_on = models.DateField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return str(self.due_on)

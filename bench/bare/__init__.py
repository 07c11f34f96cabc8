"""The yardstick: a project as `django-admin startproject` and the first page of DRF's tutorial give it, with one view.

The view reads JSON, checks it with a ModelSerializer and does three inserts through the ORM in one transaction. It knows no
users, rights, numbers, laws, sealed identities, history or messages.
"""

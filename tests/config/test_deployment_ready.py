"""The health check of the container, the documentation behind the proxy, and limits that fit together."""

import re

import pytest
from django.db import connection

from cases.files import MAX_SIZE
from deploy.ready import ready
from feedback.words import MOST_BYTES
from tests.config.deployment import PROJECT


# No static files are collected for the tests.
@pytest.mark.filterwarnings("ignore:No directory at")
@pytest.mark.django_db(transaction=True)
def test_the_health_check_says_yes_to_a_product_that_is_ready_and_no_to_any_other(live_server, settings):
    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = ["langnghe.example.vn"]
    assert ready(f"{live_server.url}/readyz", "langnghe.example.vn")
    assert not ready(f"{live_server.url}/readyz", "another.example.vn")
    assert not ready(f"{live_server.url}/nothing-here", "langnghe.example.vn")


def test_the_health_check_says_no_where_nobody_listens():
    assert not ready("http://127.0.0.1:9/readyz", "localhost")


@pytest.mark.django_db(transaction=True)
def test_asking_whether_it_is_ready_leaves_no_time_limit_on_the_connection(client):
    def limit():
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    before = limit()
    assert client.get("/readyz").status_code == 200
    assert limit() == before


@pytest.mark.django_db
def test_the_documentation_of_the_api_needs_no_script_inside_the_page(client):
    page = client.get("/api/docs/", secure=True).content.decode()
    assert "<script src=" in page
    assert [script for script in re.findall(r"<script[^>]*>([^<]*)</script>", page) if script.strip()] == []


def test_the_proxy_lets_through_every_file_that_the_product_takes():
    proxy = (PROJECT / "deploy/nginx.conf").read_text("utf-8")
    limits = re.findall(r"location ~ \^/api/v1/\(cases.*?client_max_body_size (\d+)m;", proxy, re.DOTALL)
    assert [int(limit) * 1024 * 1024 > MAX_SIZE + 1024 * 1024 for limit in limits] == [True]


def test_the_proxy_lets_several_files_through_with_the_form_of_a_move():
    proxy = (PROJECT / "deploy/nginx.conf").read_text("utf-8")
    (limit,) = re.findall(r"location ~ \^/cases/.*?client_max_body_size (\d+)m;", proxy, re.DOTALL)
    assert int(limit) * 1024 * 1024 > 3 * MAX_SIZE


def test_the_proxy_lets_through_more_than_a_citizen_may_add_so_that_the_page_can_say_so():
    proxy = (PROJECT / "deploy/nginx.conf").read_text("utf-8")
    (limit,) = re.findall(
        r"location = /track/petition/add/ .*?client_max_body_size (\d+)m;", proxy, re.DOTALL
    )
    assert int(limit) * 1024 * 1024 > 2 * MOST_BYTES

"""The typed readers: what they return, and that what they refuse is named."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_text_is_stripped_and_falls_back_to_the_default(monkeypatch):
    monkeypatch.setenv("X", "  desk ")
    assert env.read_text("X") == "desk"
    monkeypatch.setenv("X", "   ")
    assert env.read_text("X", default="other") == "other"


def test_missing_text_names_the_variable(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be set, but it is not set"):
        env.read_text("SECRET_KEY")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False), ("", True)],
)
def test_bool(monkeypatch, text, value):
    monkeypatch.setenv("X", text)
    assert env.read_bool("X", default=True) is value


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (lambda: env.read_bool("X", default=False), "maybe", "X must be yes or no"),
        (lambda: env.read_int("X", default=1, least=1, most=9), "ten", "whole number from 1 to 9"),
        (lambda: env.read_int("X", default=1, least=1, most=9), "10", "whole number from 1 to 9"),
        (lambda: env.read_port("X", default=1), "70000", "X must be .* 65535, but it is '70000'"),
        (lambda: env.read_database("X", default=""), "mysql://h/d", "X must be postgres://"),
        (lambda: env.read_database("X", default=""), "postgres://h:x/d", "X must be postgres://"),
        (lambda: env.read_database("X", default=""), "postgres://host/", "X must be postgres://"),
        (lambda: env.read_redis("X", default=""), "http://h", "X must be redis://"),
        (lambda: env.read_email("X", default=""), "pigeon://h", "X must be smtp://"),
        (lambda: env.read_email("X", default=""), "smtp://", "X must be smtp://"),
        (lambda: env.read_email("X", default=""), "smtp://h:port", "X must be smtp://"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch, read, text, message):
    monkeypatch.setenv("X", text)
    with pytest.raises(env.InvalidVariable, match=message) as refused:
        read()
    assert refused.value.name == "X"


@pytest.mark.parametrize("scheme", ["mysql", "http"])
def test_a_refusal_shows_no_password(monkeypatch, scheme):
    monkeypatch.setenv("X", f"{scheme}://lastcall:secret@host/db")
    with pytest.raises(env.InvalidVariable) as refused:
        env.read_database("X", default="")
    assert "secret" not in str(refused.value)


def test_list(monkeypatch):
    monkeypatch.setenv("X", "a.example, b.example,")
    assert env.read_list("X") == ["a.example", "b.example"]
    monkeypatch.delenv("X")
    assert env.read_list("X", default=("c",)) == ["c"]


def test_path_is_absolute(monkeypatch):
    monkeypatch.setenv("X", "~/desk")
    assert env.read_path("X", default=Path("/")) == Path.home() / "desk"


def test_database_url_in_full(monkeypatch):
    monkeypatch.setenv("X", "postgres://us%40er:p%2Fw@db.example:5433/desk?sslmode=require")
    assert env.read_database("X", default="") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "desk",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost:1025", {"EMAIL_PORT": 1025, "EMAIL_USE_TLS": False}),
        ("smtps://u:p@h", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_HOST_USER": "u"}),
        ("smtp+tls://u:p%40@h", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True,
                                 "EMAIL_HOST_PASSWORD": "p@"}),
        ("amazon-ses://", {"EMAIL_BACKEND": "anymail.backends.amazon_ses.EmailBackend"}),
        ("postmark://", {"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend"}),
    ],
)  # fmt: skip
def test_email_url(monkeypatch, url, expected):
    monkeypatch.setenv("X", url)
    found = env.read_email("X", default="")
    assert expected == {name: found[name] for name in expected}


def test_env_file_gives_way_to_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("KNOWN", "from the shell")
    monkeypatch.delenv("FRESH", raising=False)
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nKNOWN=no\nexport FRESH='a b=c'\n")
    put = {}
    assert env.load_file(file, into=put.setdefault) == {"KNOWN": "no", "FRESH": "a b=c"}
    monkeypatch.setattr("os.environ", {"KNOWN": "from the shell"})
    env.load_file(file)
    assert env.os.environ == {"KNOWN": "from the shell", "FRESH": "a b=c"}


def test_env_file_with_a_strange_line_names_the_line(tmp_path):
    file = tmp_path / ".env"
    file.write_text("A=1\nnonsense\n")
    with pytest.raises(ImproperlyConfigured, match=r"\.env, line 2"):
        env.load_file(file, into={}.setdefault)

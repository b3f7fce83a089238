"""A pasted number, address, name or link is a real one exactly, however it is written, or it is not."""

import pytest

from app.contact.matching import key, keys
from app.contact.models import Kind
from app.core.problems import Problem


@pytest.mark.parametrize(
    ("kind", "value", "pasted"),
    [
        (Kind.PHONE, "+44 20 7946 0018", "+442079460018"),
        (Kind.PHONE, "+44 20 7946 0018", "020 7946 0018"),
        (Kind.PHONE, "+44 20 7946 0018", "(020) 7946-0018"),
        (Kind.PHONE, "+44 20 7946 0018", "0044 20 7946 0018"),
        (Kind.PHONE, "+44 20 7946 0018", "tel:+44-20-7946-0018"),
        (Kind.PHONE, "+44 20 7946 0018", "＋44 20 7946 0018"),
        (Kind.MAIL, "help@shop.example", " Help@Shop.example. "),
        (Kind.MAIL, "help@shop.example", "<help@shop.example>"),
        (Kind.MAIL, "help@shop.example", "mailto:help@shop.example"),
        (Kind.HANDLE, "@Shop.Help", "shop.help"),
        (Kind.PAGE, "https://shop.example/help/", "shop.example/help"),
        (Kind.PAGE, "https://shop.example/help", "HTTP://www.Shop.example:443/help/#top"),
        (Kind.PAGE, "https://büro.example/", "https://xn--bro-hoa.example"),
        (Kind.APP, "https://store.example/app?id=shop", "https://store.example/app?id=shop"),
    ],
)
def test_the_same_written_otherwise(kind: Kind, value: str, pasted: str) -> None:
    assert key(kind, value) in keys(pasted, ["GB"])


@pytest.mark.parametrize(
    ("kind", "value", "pasted"),
    [
        (Kind.PHONE, "+44 20 7946 0018", "+44 20 7946 0019"),
        (Kind.PHONE, "+44 20 7946 0018", "+1 20 7946 0018"),
        (Kind.PHONE, "+44 20 7946 0018", "+44 20 7946 0018 ext. 5"),
        (Kind.MAIL, "help@shop.example", "help@shop.example.org"),
        (Kind.MAIL, "help@shop.example", "help+x@shop.example"),
        (Kind.MAIL, "help@shop.example", "hеlp@shop.example"),
        (Kind.HANDLE, "@shop", "@shop_help"),
        (Kind.PAGE, "https://shop.example/help", "https://shop.example.evil.example/help"),
        (Kind.PAGE, "https://shop.example/help", "https://shop.example@evil.example/help"),
        (Kind.PAGE, "https://shop.example/help", "https://shop.example/help?next=//evil.example"),
        (Kind.PAGE, "https://shop.example/help", "https://shop.example:8443/help"),
        (Kind.PAGE, "https://shop.example/help", "https://shоp.example/help"),
        (Kind.PAGE, "https://shop.example/help", "javascript://shop.example/help"),
        (Kind.APP, "https://store.example/app?id=shop", "https://store.example/app?id=sh0p"),
    ],
)
def test_what_only_looks_like_it(kind: Kind, value: str, pasted: str) -> None:
    assert key(kind, value) not in keys(pasted, ["GB"])


@pytest.mark.parametrize(
    "pasted", ["", " ", "@", "x" * 300, "http://[", "\ud800", "+", "://", "a b c", "%00", "@" * 90]
)
def test_whatever_is_pasted_is_borne(pasted: str) -> None:
    assert isinstance(keys(pasted, ["GB"]), list)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.PAGE, "http://shop.example/help"),
        (Kind.PAGE, "shop.example"),
        (Kind.PAGE, "https://localhost/"),
        (Kind.PAGE, "https://me@shop.example/"),
        (Kind.APP, "Shop"),
        (Kind.MAIL, "help"),
        (Kind.PHONE, "020 7946 0018"),
        (Kind.PHONE, "+44 1"),
        (Kind.HANDLE, "two words"),
    ],
)
def test_what_is_none_of_its_kind_is_refused(kind: Kind, value: str) -> None:
    with pytest.raises(Problem):
        key(kind, value)

"""What is suggested while a reader types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx2

pytest_plugins = ["serving"]


def suggested(client: httpx2.Client, typed: str, k: int = 8) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/api/v1/suggest", params={"q": typed, "k": k}).json()["suggestions"]
    return found


def test_each_suggestion_leads_to_its_page(client: httpx2.Client) -> None:
    found = suggested(client, "castro")

    assert {each["kind"] for each in found} == {"person", "title"}
    for each in found:
        assert str(each["text"]) in client.get(str(each["url"])).text.replace("&#39;", "'").replace("&amp;", "&")


def test_a_count_is_that_of_the_search(client: httpx2.Client) -> None:
    (khrushchev, *_) = suggested(client, "nikita khr")
    found = client.get("/api/v1/search", params={"people": "Nikita Khrushchev"}).json()

    assert (khrushchev["text"], khrushchev["total"]) == ("Nikita Khrushchev", found["total"])


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("Who met Fidel Cas", "Who met Fidel Castro"),
        ("What happened in hava", "What happened in Havana"),
        ("GUEV", "Che Guevara"),
    ],
)
def test_the_end_of_a_question_is_completed(client: httpx2.Client, typed: str, completed: str) -> None:
    assert suggested(client, typed)[0]["completed"] == completed


@pytest.mark.parametrize("typed", ["", " ", "x", "zzzz", "?!", "%00\x00", "\ud7ff" * 10])
def test_nothing_is_suggested_for_what_begins_nothing(client: httpx2.Client, typed: str) -> None:
    assert suggested(client, typed) == []


def test_no_more_is_suggested_than_asked_for(client: httpx2.Client) -> None:
    assert len(suggested(client, "c", 3)) == 0
    assert len(suggested(client, "re", 3)) == 3

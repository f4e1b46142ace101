"""What a build remembers of the collection as a whole, and the parts it is made of."""

import json
import unicodedata
import zlib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from rag.errors import GenerationError
from rag.ingest.read import read
from rag.language.phonetics import sound
from rag.language.phrases import Phrases
from rag.language.tokens import folded, tokens, words
from rag.names.abbreviations import Abbreviation, abbreviations
from rag.names.authority import NameKind, packaged
from rag.names.build_profile import profile_of
from rag.names.mentions import mentions
from rag.names.profile import Name, Profile
from rag.record import Record

SEEDS = read([Path("seeds")]).records
PROFILE = profile_of(SEEDS)
PLAIN = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).filter(Filter.ascii_fold()).build()


def titled(*titles: str) -> Profile:
    """The profile of records with these titles."""
    return profile_of(Record(str(number), title, "", None) for number, title in enumerate(titles))


def people(*titles: str) -> dict[str, Name]:
    """The people that records with these titles introduce, by name."""
    return {name.text: name for name in titled(*titles).names if name.kind is NameKind.PERSON}


def introduced(text: str, kind: NameKind = NameKind.PERSON) -> list[str]:
    """Who or what a text introduces."""
    return [each.form for each in mentions(text, tokens(text)) if each.kind is kind]


# --- The profile ---


def test_words_are_counted_by_record_as_another_library_splits_them() -> None:
    counted = Counter(word for record in SEEDS for word in set(PLAIN.analyze(record.text)))

    assert PROFILE.records == len(SEEDS)
    assert PROFILE.words == counted


def test_a_profile_comes_back_from_its_bytes() -> None:
    assert Profile.from_bytes(PROFILE.to_bytes()) == PROFILE
    assert len(PROFILE.to_bytes()) < 10_000


texts = st.lists(st.text(), max_size=3).map(tuple)
names = st.builds(Name, st.text(), st.sampled_from(NameKind), texts, texts, texts, texts, st.integers(0))


@given(st.integers(0), st.dictionaries(st.text(), st.integers(1)), st.lists(names, max_size=3).map(tuple))
def test_any_profile_comes_back_from_its_bytes(records: int, counts: dict[str, int], named: tuple[Name, ...]) -> None:
    profile = Profile(records, counts, named)

    assert Profile.from_bytes(profile.to_bytes()) == profile


@given(st.lists(st.builds(Record, st.text(), st.text(), st.text(), st.none()), max_size=3))
def test_any_records_have_a_profile(records: list[Record]) -> None:
    profile = profile_of(records)

    assert profile.records == len(records)
    assert Profile.from_bytes(profile.to_bytes()) == profile


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no profile",
        zlib.compress(b"[]"),
        zlib.compress(b"{}"),
        zlib.compress(json.dumps({"format": 2, "records": 0, "words": {}, "names": [{}]}).encode()),
        PROFILE.to_bytes()[:-9],
    ],
)
def test_damaged_bytes_are_refused_with_the_cure(data: bytes) -> None:
    with pytest.raises(GenerationError, match=r"the profile is damaged .*; run `rag build`"):
        Profile.from_bytes(data)


def test_another_format_is_refused_by_its_number() -> None:
    with pytest.raises(GenerationError, match="the profile has format 99"):
        Profile.from_bytes(zlib.compress(b'{"format": 99}'))


def test_the_spellings_of_one_person_are_one_name() -> None:
    alekseev = next(name for name in PROFILE.names if name.text == "A. I. Alekseev")

    assert alekseev.surnames == ("alekseev", "alekseyev", "alexeev")
    assert alekseev.forms == ("a i alekseev", "a i alekseyev")
    assert alekseev.ranks == ("ambassador",)


# --- People ---


def test_initials_belong_to_the_one_given_name_that_they_fit() -> None:
    assert people("Letter from Karl Meier", "Letter from K. Meier").keys() == {"Karl Meier"}
    assert people("Letter from Karl Meier", "Letter from O. Meier").keys() == {"Karl Meier", "O. Meier"}
    assert people("Letter from Karl Meier", "Letter from Klaus Meier", "Letter from K. Meier").keys() == {
        "Karl Meier",
        "Klaus Meier",
        "K. Meier",
    }


def test_the_fullest_spelling_names_a_person() -> None:
    assert people("Letter from Yu.V. Petrov", "Letter from Yuri Petrov").keys() == {"Yuri Petrov"}


def test_a_slip_in_a_surname_is_the_commoner_spelling() -> None:
    (person,) = people(
        *["Letter from Karl Zwetkow"] * 3, "Letter from Karl Zwetkov", "Letter from Karl Zwedkow"
    ).values()

    assert person.text == "Karl Zwetkow"
    assert person.surnames == ("zwedkow", "zwetkov", "zwetkow")


def test_two_known_surnames_one_letter_apart_are_two() -> None:
    assert people(*["Letter from John Johnson"] * 9, "Letter from John Johnston").keys() == {
        "John Johnson",
        "John Johnston",
    }


def test_a_word_that_is_also_written_small_calls_nobody_alone() -> None:
    (person,) = people("Letter from Karl Stone", "A stone thrown", "Throwing a stone").values()

    assert person.forms == ("karl stone",)
    assert person.surnames == ()


def test_a_second_surname_makes_no_second_person() -> None:
    (person,) = people("Letter from Otto Meier", "Letter from Otto Meier Lopez").values()

    assert person.surnames == ("meier",)


# --- Mentions ---


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            "Record of Conversation between N.S. Orlov and Prime Minister of Cuba Juan Prado",
            ["N.S. Orlov", "Juan Prado"],
        ),
        ("Cable from Soviet Ambassador to the USA Orlov to the Foreign Ministry", ["Orlov"]),
        ("Talk with the Minister of Foreign Trade, G. Kolev, on trade", ["G. Kolev"]),
        ("UN Secretary General U Nu", ["U Nu"]),
        ("Record of a Conversation with Li Xi and Ernst 'Teddy' Weber", ["Li Xi", "Ernst 'Teddy' Weber"]),
        ("Chargé d'Affaires ad interim Zsofia Barta writes", ["Zsofia Barta"]),
        ("Hungarian Embassy in Havana (Barta), Report on Trade", ["Barta"]),
        ("Orlov asks about wheat. Wheat is dear. Barta and Kolev discuss prices.", ["Orlov", "Barta", "Kolev"]),
        ("statements issued by Prado, Kolev and Barta in a briefing", ["Prado", "Kolev", "Barta"]),
        ("President José Eduardo dos Santos of Angola", ["José Eduardo dos Santos"]),
        ("Memorandum From Winston Lord of the Council Staff to Orlov", ["Winston Lord"]),
        ("Orlov's letter to Sean O'Neill", ["Sean O'Neill"]),
        ("Letter from Orlov to Prado-Kolev exchange", ["Orlov", "Prado"]),
        ("U.S. Ambassador in the U.S.S.R. on the U.S. Embassy", []),
        ("The Minister of Posts. Foreign Trade. The Secretary of Commerce and Labor", []),
        ("Top Secret Report on Special Ammunition for Operation Anadyr, Havana", []),
        ("Directive Sent to the Soviet Ambassador, Havana", []),
        ("Conversation between the Cuban Leadership and the Communist Party", []),
        ("LETTER FROM PRESIDENT ORLOV TO N. S. PRADO", []),
        ("", []),
        ("A. B. C.", []),
    ],
)
def test_a_text_introduces_people(text: str, people: list[str]) -> None:
    assert introduced(text) == people


@pytest.mark.parametrize(
    ("text", "towns"),
    [
        ("Telegram from the Embassy in Ghadames to Moscow", ["Ghadames"]),
        ("Unrest in Ghadames, Libya, in May", ["Ghadames"]),
        ("Ambassador in Libya Orlov", []),
    ],
)
def test_a_text_introduces_towns(text: str, towns: list[str]) -> None:
    assert introduced(text, NameKind.PLACE) == towns


@given(st.text(alphabet="AaBb.' -,()\"\u2019\u201cYuéß1 of and to between Minister"))
def test_any_text_can_be_read_for_people(text: str) -> None:
    assert all(form in " ".join(text.split()) for form in introduced(text))


# --- Abbreviations ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the Communist Party of Czechoslovakia (CPCz) met", ("CPCz", "Communist Party of Czechoslovakia")),
        ("the International Atomic Energy Agency (IAEA)", ("IAEA", "International Atomic Energy Agency")),
        ("a treaty on intercontinental ballistic missiles (ICBM)", ("ICBM", "intercontinental ballistic missiles")),
        ("Memorandum of Conversation (excerpt)", None),
        ("Socialist Unity Party (SED)", None),
        ("the Soviet Union. Missiles (SUM)", None),
        ("(CPCz)", None),
        ("Kennedy (JFK)", None),
    ],
)
def test_an_abbreviation_is_what_its_letters_spell(text: str, found: tuple[str, str] | None) -> None:
    assert list(abbreviations(text)) == ([] if found is None else [Abbreviation(*found)])


def test_an_abbreviation_joins_the_name_that_is_known_by_it() -> None:
    (body,) = titled("The Organization of American States (OASt)").names[:1]

    assert body.text == "Organization of American States"
    assert body.forms == ("oast", "organization of american states")


# --- Words and sounds ---

LATIN = "".join(
    letter
    for letter in map(
        chr,
        (*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x180), *range(0x1E00, 0x1E9A), *range(0x1EA0, 0x1EFA)),
    )
    if letter.isalpha() and letter not in "ŉŊŋİſ"  # tantivy has another opinion of these
)


@given(st.lists(st.text(LATIN + "0123456789", min_size=1), max_size=5), st.sampled_from(" .,-'_\n"))
def test_words_are_the_lexical_engines_words(parts: list[str], between: str) -> None:
    text = between.join(parts)

    assert [*words(text)] == PLAIN.analyze(unicodedata.normalize("NFC", text))
    assert [token.word for token in tokens(text)] == [*words(text)]
    assert all(text[token.start : token.end] == token.text for token in tokens(text))


ALIKE = """
Khrushchev Kruschev Khruschev Krushchev Chruschtschow Khrouchtchev Kroutchev Khruschov Chruszczow Хрущёв
Alekseev Alexeev Alekseyev Aleksejew Alexeyev
Gorbachev Gorbatschow Gorbachov Gorbatchev Gorbatsjov Горбачёв
Grechko Gretchko Gretschko
Mikoyan Mikoian Mikojan
Malinovsky Malinowski Malinovskii
Kuznetsov Kuznetzov Kusnezow
Zhukov Schukow Shukov
Brezhnev Breschnew
Yeltsin Jelzin Eltsin
Semyonov Semenov Semjonow
Milosevic Milošević Milosevich
Dubcek Dubček Dubchek
Nemchinov Nemčinov Nemtschinow
Kudryavtsev Kudriavtsev Kudrjawzew
Rumyantsev Rumiantsev Rumjanzew
Hussein Hussain Husayn
Guevara Gevara
Rodriguez Rodrigues
Görög Gorog Goeroeg
Sergey Sergei Serguei Sergej
Kosygin Kossygin
Malenkov Malenkoff
"""
UNLIKE = (
    "Castro Carter Kennedy Kendall Mikoyan Milosevic Stalin Malenkov Novotny Nemchinov Gromyko Grechko Rusk Roca Baker"
)


@pytest.mark.parametrize("spellings", [line.split() for line in ALIKE.strip().split("\n")], ids=lambda line: line[0])
def test_one_name_sounds_alike_whoever_wrote_it_down(spellings: list[str]) -> None:
    assert len({sound(spelling) for spelling in spellings}) == 1


def test_different_names_sound_different() -> None:
    assert len({sound(name) for name in UNLIKE.split()}) == len(UNLIKE.split())


@given(st.text())
def test_any_word_has_a_sound_in_plain_letters(word: str) -> None:
    assert sound(word).isascii()
    assert sound(folded(word)).isascii()


@given(st.lists(st.sampled_from("abc")), st.sets(st.lists(st.sampled_from("abc"), min_size=1).map(" ".join)))
def test_phrases_are_found_longest_first_and_never_overlap(running: list[str], known: set[str]) -> None:
    spans = list(Phrases(known).spans(running))

    assert all(" ".join(running[first:end]) in known for first, end in spans)
    assert all(end <= first for (_, end), (first, _) in pairwise(spans))
    free = set(range(len(running))) - {at for first, end in spans for at in range(first, end)}
    assert not any(running[at] in known for at in free)
    for first, end in spans:
        assert not any(" ".join(running[first:longer]) in known for longer in range(end + 1, len(running) + 1))


# --- Names known beforehand ---


def test_no_spelling_of_the_packaged_names_has_two_meanings() -> None:
    owners: dict[str, set[str]] = {}
    for known in packaged().names:
        for spelling in known.spellings:
            owners.setdefault(" ".join(words(spelling)), set()).add(known.name)

    assert {spelling: of for spelling, of in owners.items() if len(of) > 1} == {}

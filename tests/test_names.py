"""What words of questions, and of records, name; against lists made by hand."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.assistant.assistant import Assistant
from rag.ingest.read import read
from rag.language.tokens import words
from rag.names.annotate import Annotator
from rag.names.authority import read_authorities
from rag.names.build_profile import profile_of
from rag.query.names import Names, NamesFound, Respelling
from rag.query.spelling_correction import corrected
from rag.record import Record

SEEDS = read([Path("seeds")]).records
PROFILE = profile_of(SEEDS)
NAMES = Names(PROFILE)
NAMING = Annotator(PROFILE)
CASES = [
    line.split("\t")
    for line in Path(__file__).with_name("names_cases.tsv").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]
LABELS = tomllib.loads(Path(__file__).with_name("names_labels.toml").read_text(encoding="utf-8"))["record"]

# English words and names of people and places that the collection does not hold, many of them near one that it does.
STRANGERS = Path(__file__).with_name("names_strangers.txt").read_text(encoding="utf-8").split()


def spellings(found: NamesFound) -> set[str]:
    """What is searched beside the reader's own words."""
    return {spelling for term in found.terms for spelling in term.spellings[1:]}


@pytest.mark.parametrize(("word", "beside", "named"), CASES, ids=[case[0] for case in CASES])
def test_a_word_finds_every_spelling_of_the_collection(word: str, beside: str, named: str) -> None:
    found = NAMES.read(word)

    assert spellings(found) == (set() if beside == "-" else set(beside.split(", ")))
    assert found.names == (() if named == "-" else (named,))


@pytest.mark.parametrize(
    ("seat", "country"), [("Sofia", "Bulgaria"), ("Prague", "Czechoslovakia"), ("Peking", "China")]
)
def test_a_seat_of_government_that_no_record_names_means_its_country(seat: str, country: str) -> None:
    found = NAMES.read(f"What did {seat} sell?")

    assert found.names == (country,)
    assert seat not in found.absent
    assert Respelling(seat, country) in found.corrections
    assert "Lima" in NAMES.read("What did Lima sell?").absent
    assert NAMES.read("What happened in Havana?").names == ("Havana",)


def test_british_and_american_spellings_are_one_word() -> None:
    (term,) = NAMES.read("mobilisation").terms

    assert term.spellings == ("mobilisation", "mobilization")
    assert NAMES.read("mobilisation").absent == ()


@pytest.mark.parametrize("word", STRANGERS)
def test_a_word_with_a_meaning_of_its_own_is_left_alone(word: str) -> None:
    found = NAMES.read(f"What about {word}?")

    assert found.terms[-1].spellings == (word.lower(),)
    assert not found.corrections
    assert not found.names
    assert word in found.absent or word.lower() in PROFILE.words


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Mikoian and Gevara in Havanna", ["Anastas Mikoyan", "Che Guevara", "Havana"]),
        ("Dobrinin telegramm Kenedy briefing", ["Anatoly F. Dobrynin", "Kennedy"]),
        ("President Kennedy's letter", ["John F. Kennedy"]),
        ("john kennedy", ["John F. Kennedy"]),
        ("What did Robert Kennedy say?", ["Robert F. Kennedy"]),
        ("Jacqueline Kennedy", []),
        ("Antonín Novotný", ["Novotny"]),
        ("Did Castro meet Khrushchev?", ["Castro", "Nikita Khrushchev"]),
        ("Tell me about Castro", ["Castro"]),
        ("Pourquoi Castro a-t-il refusé ?", ["Castro"]),
        ("Fidel or Raul Castro?", ["Fidel Castro", "Raul Castro"]),
        ("N. S. Khrushchev", ["Nikita Khrushchev"]),
        ("Mao Tse-tung and the DPRK", ["Mao Zedong", "North Korea"]),
        ("the Czechoslovak Communist Party", ["Communist Party of Czechoslovakia"]),
        ("Zorin at the United Nations", ["Zorin", "United Nations"]),
        ("US POLICY", ["United States"]),
        ("tell us more", []),
        ("Latin American nuclear free zone", ["Latin America"]),
        ("Sergei Kudriavtsev", ["Sergey Kudryavtsev"]),
        ("how tall is Mount Everest", []),
    ],
)
def test_a_question_names(question: str, names: list[str]) -> None:
    assert list(NAMES.read(question).names) == names


def test_a_name_of_several_words_is_one_term_with_its_abbreviations() -> None:
    terms = NAMES.read("Did the Communist Party of Czechoslovakia agree?").terms

    assert [term.spellings[0] for term in terms] == ["did", "the", "communist party of czechoslovakia", "agree"]
    assert set(terms[2].spellings) == {
        "communist party of czechoslovakia",
        "cpcz",
        "czechoslovak communist party",
    }


def test_a_correction_is_written_as_the_collection_writes_it() -> None:
    found = NAMES.read("Goeroeg on the goverment in Habana")

    assert found.corrections == (
        Respelling("Goeroeg", "Görög"),
        Respelling("goverment", "government"),
        Respelling("Habana", "Havana"),
    )


@pytest.mark.parametrize(("slip", "found"), [("Kudriavtsev", "Kudryavtsev"), ("Rumiantsev", "Rumyantsev")])
def test_a_spelling_of_the_collection_itself_is_corrected_only_where_it_is_a_rare_slip(slip: str, found: str) -> None:
    def read_among(times: int) -> NamesFound:
        titles = [*[f"Letter from {found}"] * times, f"Note on {slip}"]
        return Names(profile_of([Record(str(at), title, "", None) for at, title in enumerate(titles)])).read(slip)

    assert read_among(25).corrections == (Respelling(slip, found),)
    assert read_among(10).corrections == ()


def test_capitals_throughout_do_not_hide_a_misspelling() -> None:
    found = NAMES.read("KENEDY AND THE MISSLE CRISIS")

    assert found.corrections == (Respelling("KENEDY", "Kennedy"), Respelling("MISSLE", "missile"))


def test_a_slip_that_may_be_either_of_two_asking_words_is_the_same_one_in_every_process() -> None:
    assert corrected("telegramm of May 1962", has=lambda _: False) == "telegram of May 1962"


def test_without_spelling_a_misspelt_name_stays_but_other_names_are_found() -> None:
    found = NAMES.read("Kenedy in Habana", spelling=False)

    assert found.names == ("Havana",)
    assert spellings(found) == {"havana"}


def test_without_names_a_misspelt_word_is_found_but_no_variant() -> None:
    found = NAMES.read("Alekseev's telegramm from Habana", names=False)

    assert found.names == ()
    assert spellings(found) == {"telegram"}


@pytest.mark.parametrize("word", ["Castro", "castro", "Gevara", "Havanna", "cuban", "DPRK", "Chen", "Fidel"])
def test_a_name_of_the_collection_is_a_name(word: str) -> None:
    assert NAMES.is_name(word)


@pytest.mark.parametrize("word", ["letter", "Lisbon", "tell", "Reagan", "record", "", "1962"])
def test_what_the_collection_does_not_name_is_no_name(word: str) -> None:
    assert not NAMES.is_name(word)


@given(st.text())
@example("U.S.")
@example("\u0131 \u0130 ß \u0301 \ufb01")
@example("Alekseev Alekseev, D\u2019Affaires; O'Neill-Castro (Kenedy)")
def test_switched_off_a_question_is_its_words(question: str) -> None:
    found = NAMES.read(question, names=False, spelling=False)

    assert [spelling for term in found.terms for spelling in term.spellings] == [*words(question)]
    assert not found.corrections
    assert not found.names


@given(
    st.lists(
        st.sampled_from(
            [case[0] for case in CASES] + STRANGERS + ["North Korea", "U.S.", "Mao Tse-tung", "-", "\u2019s"]
        )
    )
)
def test_every_word_of_a_question_is_in_exactly_one_term(parts: list[str]) -> None:
    question = " ".join(parts)

    found = NAMES.read(question)

    assert [word for term in found.terms for word in term.spellings[0].split()] == [*words(question)]
    assert all(len(set(term.spellings)) == len(term.spellings) for term in found.terms)


@pytest.mark.parametrize(("field", "precision", "recall"), [("people", 0.95, 0.95), ("places", 0.95, 0.95)])
def test_people_and_places_of_records_are_those_a_reader_finds(field: str, precision: float, recall: float) -> None:
    right = found = wanted = 0
    for record in SEEDS:
        (label,) = (each for each in LABELS if label_fits(each, record))
        names, labels = set(getattr(NAMING.named(record), field)), set(label[field])
        right, found, wanted = right + len(names & labels), found + len(names), wanted + len(labels)

    print(f"{field}: precision {right / found:.3f}, recall {right / wanted:.3f} of {wanted}")  # noqa: T201 - the figures
    assert len(SEEDS) == len(LABELS)
    assert right >= precision * found
    assert right >= recall * wanted


def label_fits(label: dict[str, str], record: Record) -> bool:
    """Whether a label is this record's: its date, days without padding, and the start of its title."""
    date = record.date.text.replace(" 0", " ") if record.date else ""
    return date == label["date"] and record.title.startswith(label["title"])


def test_names_from_the_source_are_left_as_they_are() -> None:
    record = replace(SEEDS[0], people=("Rumiantsev, A. M.",))

    named = NAMING.named(record)

    assert named.people == ("Rumiantsev, A. M.",)
    assert named.places == ("Cuba", "Soviet Union")


def collection(*titles: str) -> tuple[Annotator, list[Record]]:
    """Records with these titles, and what names them."""
    records = [Record(str(number), title, "", None) for number, title in enumerate(titles)]
    return Annotator(profile_of(records)), records


def test_a_surname_that_several_bear_stands_bare_until_the_record_says_whose_it_is() -> None:
    naming, (_, _, alone, beside) = collection(
        "Letter from Karl Meier",
        "Letter from Otto Meier",
        "Talk with Ambassador Meier",
        "Letter from Otto Meier on a talk with Ambassador Meier",
    )

    assert naming.named(alone).people == ("Meier",)
    assert naming.named(beside).people == ("Otto Meier",)


def test_a_rank_tells_two_of_a_surname_apart() -> None:
    naming, (*_, alone) = collection(
        "President Karl Meier to Otto Meier", "Otto Meier's reply", "Note on President Meier's health"
    )

    assert naming.named(alone).people == ("Karl Meier",)


def test_a_surname_much_oftener_alone_is_not_its_one_namesake() -> None:
    naming, records = collection("Letter from Otto Meier", *["Letter from President Meier"] * 20)

    assert naming.named(records[0]).people == ("Otto Meier",)
    assert naming.named(records[1]).people == ("Meier",)


def test_a_rank_that_the_namesake_does_not_have_speaks_of_somebody_else() -> None:
    naming, (full, alone) = collection("Letter from Dr. Otto Meier", "Letter from President Meier")

    assert naming.named(full).people == ("Otto Meier",)
    assert naming.named(alone).people == ("Meier",)


def test_a_town_is_known_everywhere_once_it_is_introduced() -> None:
    naming, (_, later) = collection("Telegram from the Consulate in Ghadames, Libya", "Unrest near Ghadames")

    assert naming.named(later).places == ("Ghadames",)


def test_george_washington_is_no_place() -> None:
    naming, (person, place) = collection("Letter from George Washington", "Telegram from Washington")

    assert naming.named(person).people == ("George Washington",)
    assert naming.named(person).places == ()
    assert naming.named(place).places == ("Washington",)


def test_a_president_is_known_by_his_initials(assistant: Assistant) -> None:
    assert assistant.ask("documents naming JFK").understood.conditions.people == ("John F. Kennedy",)


def test_whom_records_call_by_surname_alone_is_the_one_known_beforehand_who_bears_it(tmp_path: Path) -> None:
    titles = ["Note by President Kennedy", "Letter from President Kennedy to Rusk", "Talk with President Kennedy"]
    profile = profile_of([Record(str(at), title, "", None) for at, title in enumerate(titles)])
    brother = tmp_path / "brother.toml"
    brother.write_text('[people]\n"Robert F. Kennedy" = ["RFK"]\n', encoding="utf-8")
    of_two = Names(profile, read_authorities([brother]))

    assert Names(profile).read("What did JFK say?").names == ("Kennedy",)
    assert of_two.read("What did JFK say?").names == of_two.read("What did RFK say?").names == ()

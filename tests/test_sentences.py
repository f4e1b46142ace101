"""A text is cut where its sentences end and nowhere else, to the letter."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.ingest.read import read
from rag.language.sentences import sentences

SEEDS = Path(__file__).parent.parent / "seeds"

CASES = [
    ["N. S. Khrushchev met Chen Yi.", "They spoke of Laos."],
    ["The diary of Yu. V. Petrov was sent to Moscow.", "It is short."],
    ["Telegram from A.I. Mikoyan in New York.", "He reports on talks."],
    ["He wrote to A. I. Alekseyev.", "Alekseyev did not answer."],
    ["A letter from F. Castro to N.S. Khrushchev.", "The letter is undated."],
    ["The envoy, G. Zhukov, spoke with John J. McCloy.", "Both were calm."],
    ["S.P. Ivanov and R. Malinovsky report.", "They ask for orders."],
    ["President John F. Kennedy spoke.", "Robert F. Kennedy listened."],
    ["K. Gottwald, V. M. Molotov, and J. V. Stalin discuss trade."],
    ["Telegram from V.V. Kuznetsov."],
    ["Stalin met with I. Kairov, Zh. Alferov and Ya. Malik.", "Nothing came of it."],
    ["He spoke with Dzh. Nehru.", "The talk was long."],
    ["The U.S. policy toward Cuba is discussed.", "Guevara is sceptical."],
    ["The U.S. Government declined.", "It gave no reason."],
    ["Aid came from the U.S.", "The Cubans were pleased."],
    ["They discuss relations with the U.S.", "He then left."],
    ["U.S.-Cuban relations worsened.", "No talks were held."],
    ["The U.S.S.R. Ministry of Defense replied.", "It refused."],
    ["The U.N. Secretary General U Thant flew to Havana.", "He met Castro."],
    ["The U.K. and the U.S. agreed on terms."],
    ["The D.P.R.K. Embassy in Havana was closed.", "It opened again in May."],
    ["He left Washington, D.C.", "The talks went on."],
    ["He left Washington, D.C. for Havana."],
    ["Cde. Blas Roca asked Cdes. Kosygin and Suslov for help.", "They agreed."],
    ["Dr. Castro met Mr. and Mrs. Novotny.", "Prof. Lange was absent."],
    ["Gen. Ivanov, Col. Petrov, Lt. Col. Orlov and Capt. Savitsky attended."],
    ["Amb. Dobrynin cabled Sec. Rusk.", "Sen. Mansfield was told."],
    ["Martin Luther King Jr. spoke in Memphis.", "He was calm."],
    ["It was signed by Adlai Stevenson Jr.", "The Soviets objected."],
    ["The talks in St. Petersburg failed.", "Sr. Roa left for Ft. Worth."],
    ["The Rev. Jones and Msgr. Zacchi met the Hon. Smith.", "No record was kept."],
    ["Protocol No. 147 of the Politburo was adopted.", "Arms were sent to Angola."],
    ["See Nos. 12 and 14, vol. 3, pp. 12-14.", "The rest is lost."],
    ["It is quoted on p. 12 of the report.", "No other source is known."],
    ["RGANI, f. 5, op. 49, d. 131, ll. 193-194.", "Translated by a colleague."],
    ["Art. 51 of the Charter is cited in ch. 4.", "Fig. 2 shows the sites."],
    ["The cable of Sept. 1962 is lost.", "A copy of Oct. 27 remains."],
    ["He arrived on Jan. 5.", "On Feb. 7 he left."],
    ["They sent 50 million 7.92 mm bullets.", "They also sent guns."],
    ["Trade rose by 3.5 percent.", "Debt fell to $1.2 billion."],
    ["The missiles (the MRBMs or R-12s).", "Nothing else is said."],
    ["He would dismantle the missiles (the MRBMs or R-12s) if Kennedy pledged not to invade."],
    ["The crisis began in 1962.", "It ended in 1963."],
    ["Approx. 35,000 rifles were given.", "All were old."],
    ["1. Castro speaks of trade.", "2. Mikoyan replies."],
    ["(1) Castro speaks of trade.", "(2) Mikoyan replies."],
    ["Telegram from A.I. Mikoyan in New York to CC CPSU (1)"],
    ["The meeting began at 10 a.m. and ended at 4 p.m. that day.", "No minutes exist."],
    ["The meeting ended at 4 p.m.", "The guests left."],
    ["Specialists, i.e., officers and soldiers, are stationed in Cuba.", "They train its forces."],
    ["Some goods, e.g. sugar, were sold.", "Others, etc., were kept."],
    ["Guns, bullets, etc. were sent.", "Planes were not."],
    ["They list guns, bullets, etc.", "Planes are not named."],
    ["It was China vs. the Soviet Union.", "Cuba stood aside."],
    ["The report of Kennan et al. was read.", "It was praised."],
    ["See above, cf. the note of May.", "It is short."],
    ["Texaco Inc. and Shell Co. of Cuba were seized.", "No one was paid."],
    ["They seized Texaco Inc.", "The owners protested."],
    ["He said, “We waited ... and then we left.”", "They had gone."],
    ["“We waited… and then left,” he said.", "No one knew."],
    ["He hesitated...", "Then he signed."],
    ["The text breaks off: “if the Americans …”", "The rest is missing."],
    ["It was called “six days which shook the world.”", "He spoke candidly."],
    ['It was called "six days which shook the world."', "He spoke candidly."],
    ['He has been falsely accused of being "pro-Chinese."', "They discuss differences."],
    ["He called it the battleship “Potemkin.”", "He laughed."],
    ["“Who will pay?” asked Castro.", "“No one!” was the reply."],
    ["He asked, “Who will pay?”", "No one answered."],
    ["“We will not yield. We will fight,” said Castro.", "He sat down."],
    ["Dobrynin reports on 'Alpha 66.'", "The group had raided the coast."],
    [
        "He writes on the \N{LEFT SINGLE QUOTATION MARK}Cuban question.\N{RIGHT SINGLE QUOTATION MARK}",
        "His view is plain.",
    ],
    ["He said: „Wir bleiben.“", "They stayed."],
    ["The document is cut.", "(The end is missing.)"],
    ["He spoke of Angola (see No. 5).", "He then left."],
    ["The minutes (excerpt) are short.", "[Page missing.]", "The rest is clear."],
    ["It ends here.)", "A new part begins."],
    ["Who fired first?", "No one knows!", "The report is silent."],
    ["Khrushchev message; blockade; air reconnaissance missions; reply to Khrushchev."],
    ["Status of relations"],
    ["Castro agreed; Mikoyan did not.", "The talks failed"],
    ["It was over: the ships turned back.", "All were relieved."],
    ["The IL-28s were withdrawn.", "MiG-21s remained."],
    ["The site www.example.org holds a copy.", "It is free."],
    ["They met in Rm. 12, Bldg. 4.", "No guard was there."],
    ["The plan was dropped.", "Nobody knew why."],
    ["He spoke.", "Élysée officials listened.", "“Ça va,” they said."],
    ["The C.I.A. Director and the C.I.A. agent met.", "Both left."],
    ["Vitamin B.", "The drug was scarce."],
    ["He took plan A.", "It failed."],
    ["World War I.", "The treaty followed."],
    ["He met Pope John XXIII.", "The Pope was ill."],
    ["The Ministry of Foreign Affairs, Dept. of Latin America, wrote.", "It was urgent."],
    ["The Central Committee (C.C.) met.", "It voted."],
    ["Letter to Gomułka, Władysław.", "Łódź is named."],
    ['He says, "We give aid. Specialists, i.e., officers, help. They stay."', "He then sat down."],
    ["The trip to Cuba (in May. In June it rained.) was short.", "He left."],
    ["The U.S.\N{EN DASH}U.K. draft is ready.", "It was read."],
    ["At 3:00 p.m. August 27 they met.", "All came."],
    ["[Here follows a list.]", "The Prime Minister spoke."],
    ["Castro mentions “cheap sugar.”", "“It is ours,” he adds."],
    ["The talk with I. I. Ivanov (Embtel 223, Feb. 2) was long.", "Spaak nodded."],
    ["2875. Paris for Rome.", "On several occasions he spoke."],
]


@pytest.mark.parametrize("expected", CASES, ids=lambda case: case[0])
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == tuple(expected)


def test_white_space_of_any_kind_parts_sentences() -> None:
    assert sentences("\t One is here.\n\nTwo is here.\x85Three\u2028is here. ") == (
        "One is here.",
        "Two is here.",
        "Three\u2028is here.",
    )


def test_a_quotation_longer_than_a_paragraph_is_cut_like_any_text() -> None:
    said = " ".join(["He spoke of sugar."] * 60)

    assert len(sentences(f"“{said}” It is long.")) == 61


def test_seed_summaries_are_cut_as_by_hand() -> None:
    cut = [len(sentences(record.summary)) for record in read([SEEDS]).records]

    assert cut == [
        *(1, 4, 2, 0, 3, 1, 2, 1, 3, 1),
        *(1, 2, 1, 1, 3, 2, 3, 2, 3, 2),
        *(4, 3, 1, 1, 1, 1, 1, 3, 1),
        *(1, 2, 3, 1, 3, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 5),
        *(1, 1, 3, 1, 2, 2, 1, 5, 5, 2),
    ]


archival = st.lists(
    st.sampled_from(
        [
            "N.",
            "U.S.",
            "No.",
            "147",
            "Cde.",
            "said",
            "Castro",
            "The",
            "“",
            "”",
            '"',
            "(",
            ")",
            ".",
            "...",
            "…",
            "?!",
            " ",
            "\n",
            "\u2028",
        ]
    )
).map("".join)


@given(st.one_of(st.text(), archival))
@example("\ud800. A")
def test_sentences_are_all_of_the_text_in_order(text: str) -> None:
    rest = text

    for sentence in sentences(text):
        before, found, rest = rest.partition(sentence)
        assert found == sentence.strip() != ""
        assert not before.strip()

    assert not rest.strip()

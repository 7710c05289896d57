from ingest.splitter import PassageSplitter
from vectorstore.near_duplicates import NearDuplicate, find_near_duplicates
from vectorstore.records import Document, Passage

RELEASE = (
    "The council of Matsu said on Monday that a new ferry will link the islands with Keelung "
    "from next spring, and that students will travel free of charge during term.\n\n"
    "# Costs\n\nThe boat costs nine hundred million dollars, half of which the ministry pays; the "
    "rest comes from tickets and from a loan that runs for twenty years."
)
OTHER = "Uji grows green tea, and its growers met on Friday to speak about the price of leaves."
JAPANESE = "馬祖の議会は月曜日、来年の春から新しいフェリーが島々と基隆を結び、学生は無料で乗れると発表した。"


def passages(**sources: str) -> list[Passage]:
    splitter = PassageSplitter()
    return [p for name, text in sources.items() for p in splitter.split(Document(text, "t"), name)]


def test_a_reprint_is_told() -> None:
    reprint = "By our own staff.\n\n" + RELEASE.replace("on Monday", "this Monday")
    found = find_near_duplicates(passages(agency=RELEASE, paper=reprint, tea=OTHER))
    assert found == [NearDuplicate("agency", "paper", 1)]


def test_sources_of_their_own_are_not() -> None:
    assert find_near_duplicates(passages(a=RELEASE, b=OTHER)) == []
    assert find_near_duplicates(passages(a=RELEASE + "\n\n# Again\n\n" + RELEASE)) == []
    assert find_near_duplicates([]) == []


def test_japanese_copies_are_told_too() -> None:
    assert find_near_duplicates(passages(a=JAPANESE, b="抜粋。" + JAPANESE)) == [
        NearDuplicate("a", "b", 1)
    ]


def test_what_stands_everywhere_is_boilerplate() -> None:
    everywhere = {f"s{n}": f"{OTHER}\n\n# {n}\n\nNumber {n} of its kind." for n in range(60)}
    assert find_near_duplicates(passages(**everywhere)) == []

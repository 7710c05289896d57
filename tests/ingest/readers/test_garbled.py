"""Text in the wrong characters is told from text, in all scripts."""

import pytest

from ingest.readers.garbled import garbled

JAPANESE = (
    "灯台は一八七一年に建てられた。嵐の後、一九三一年に直された。港の記録には漁船の数がある。"
)
CHINESE = "灯塔建于一八七一年。台风过后，于一九三一年修复。港口的记录每年写下渔船的数量和捕捞量。"
TAIWANESE = "燈塔建於一八七一年。颱風過後，於一九三一年修復。港口的紀錄每年寫下漁船的數量和捕撈量。"
KOREAN = "등대는 1871년에 세워졌다. 폭풍이 지난 뒤 1931년에 고쳤다. 항구의 기록에는 배의 수가 있다."
RUSSIAN = "Маяк был построен в тысяча восемьсот семьдесят первом году и исправлен после бури."
WESTERN = (
    "Peña, São Paulo, Zoë Ångström. “Après la tempête”, l’été de l’évêque fut très chaud à Évry."
)
CAPITALS = "AÇÃO DA NAÇÃO: NÃO HÁ SOLUÇÃO À VISTA, SÃO AS CONDIÇÕES DA IMPORTAÇÃO"
CLASSICAL = "道可道非常道名可名非常名無名天地之始有名萬物之母故常無欲以觀其妙常有欲以觀其徼"


@pytest.mark.parametrize(
    "text", [JAPANESE, CHINESE, TAIWANESE, KOREAN, RUSSIAN, WESTERN, CAPITALS, CLASSICAL]
)
def test_text_is_not_garbled(text: str) -> None:
    assert not garbled(text)


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        (JAPANESE, "shift_jis", "utf-16-be"),
        (CHINESE, "gbk", "utf-16-be"),
        (CHINESE, "gbk", "big5"),
        (TAIWANESE, "big5", "utf-16-be"),
        (TAIWANESE, "big5", "gbk"),
        (KOREAN, "cp949", "utf-16-be"),
        (RUSSIAN, "cp1251", "cp1252"),
        (WESTERN, "utf-8", "cp1252"),
    ],
)
def test_text_read_in_another_encoding_is_garbled(text: str, written: str, read: str) -> None:
    assert garbled(text.encode(written).decode(read, errors="replace"))

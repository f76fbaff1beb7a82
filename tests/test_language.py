"""The language of a text by its script and its small words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.language import NAMES, guess_language

TEXTS = [
    pytest.param("The Parties shall keep the lamp of Venn lit by night.", "en", id="English"),
    pytest.param("Les Parties gardent la lampe de Venn allumée dans la nuit.", "fr", id="French"),
    pytest.param("Las Partes mantendrán la lámpara de Venn y los faros del mar.", "es", id="Spanish"),
    pytest.param("Стороны хранят маяк Венна зажжённым.", "ru", id="Russian"),
    pytest.param("各方应当保持灯塔明亮。", "zh", id="Chinese"),
    pytest.param("تحافظ الأطراف على المنارة مضاءة", "ar", id="Arabic"),
    pytest.param("De partijen houden het licht van de toren brandend met olie.", "nl", id="Dutch"),
    pytest.param("Die Parteien und das Land halten die Lampe mit Öl in der Nacht.", "de", id="German"),
    pytest.param("ARTICLE 1\nTHE PARTIES SHALL KEEP THE LAMP", "en", id="capitals"),
    pytest.param("各方 (the Parties) shall keep the lamp of Venn", "en", id="a Chinese word in English"),
    pytest.param("各方应当遵守《公约》 UNCLOS 的规定", "zh", id="an acronym in Chinese"),
    pytest.param("Article 1. Les Parties, dans le présent accord, sont tenues.", "fr", id="a word of two languages"),
    pytest.param("", "en", id="nothing"),
    pytest.param("1931 – 2024 §", "en", id="no letters"),
    pytest.param("Venn Osk", "en", id="no small words"),
    pytest.param("Οι χώρες", "en", id="a script not known"),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_guesses_the_language(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_the_beginning_decides() -> None:
    assert guess_language("The Parties shall keep the lamp. " * 700 + "各方应当点灯。" * 20_000) == "en"


@given(st.text(max_size=200))
@settings(max_examples=150)
def test_any_text_has_a_language_with_a_name(text: str) -> None:
    assert guess_language(text) in NAMES

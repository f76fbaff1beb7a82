"""Text layers that are garbage are refused with the reason, and sound text of any language never is."""

from collections.abc import Callable

import pytest
from print_fakes import Sheet, column_of, print_sheets, treaty_as_text

from ingest.errors import GarbledText
from ingest.sources import read_document
from ingest.sources.garbled import garbled, garbled_pages

ENGLISH = " ".join(treaty_as_text().split())
# Sentences of treaties in languages with few of the letters that are frequent elsewhere, or with many accents.
SOUND = {
    "English": ENGLISH,
    "French": "Chaque Partie veille à ce que les phares de ses côtes soient allumés du crépuscule à l’aube, par tous "
    "les temps, et fait connaître sans retard aux autres Parties toute lampe qui s’est éteinte.",
    "German": "Jede Vertragspartei hält die Leuchttürme an ihrer Küste von der Abend- bis zur Morgendämmerung in "
    "Betrieb und unterrichtet die anderen Vertragsparteien unverzüglich über jedes erloschene Licht.",
    "Polish": "Każda ze Stron utrzymuje latarnie morskie na swoim wybrzeżu w stanie zapalonym od zmierzchu do świtu "
    "i niezwłocznie powiadamia pozostałe Strony o każdej zgaszonej latarni oraz o podjętych środkach.",
    "Czech": "Každá smluvní strana udržuje majáky na svém pobřeží rozsvícené od soumraku do úsvitu a neprodleně "
    "uvědomí ostatní smluvní strany o každé zhaslé lampě a o opatřeních přijatých k jejímu opětnému rozsvícení.",
    "Turkish": "Her bir Taraf, kıyılarındaki deniz fenerlerini alacakaranlıktan şafağa kadar yanık tutar ve sönen her "
    "lambayı ve onu yeniden yakmak için alınan önlemleri gecikmeksizin diğer Taraflara bildirir.",
    "Vietnamese": "Mỗi Bên phải giữ cho các ngọn hải đăng trên bờ biển của mình được thắp sáng từ lúc hoàng hôn đến "
    "bình minh và phải thông báo ngay cho các Bên khác về bất kỳ ngọn đèn nào đã tắt.",
    "Hungarian": "Mindegyik Fél gondoskodik arról, hogy a partján álló világítótornyok alkonyattól hajnalig égjenek, "
    "és haladéktalanul értesíti a többi Felet minden kialudt lámpáról és a megtett intézkedésekről.",
    "Finnish": "Kukin sopimuspuoli pitää rannikollaan olevat majakat valaistuina hämärästä aamunkoittoon ja ilmoittaa "
    "viipymättä muille sopimuspuolille jokaisesta sammuneesta lampusta.",
    "Indonesian": "Setiap Pihak wajib menjaga agar mercusuar di pantainya tetap menyala dari senja hingga fajar dan "
    "wajib segera memberitahukan kepada Pihak lain setiap lampu yang padam.",
    "Russian": "Каждая Сторона обеспечивает, чтобы маяки на её побережье горели от наступления темноты до рассвета, и "
    "незамедлительно уведомляет другие Стороны о каждой погасшей лампе и о принятых мерах.",
    "Ukrainian": "Кожна Сторона забезпечує, щоб маяки на її узбережжі світили від сутінків до світанку, і невідкладно "
    "повідомляє інші Сторони про кожну згаслу лампу та про вжиті заходи.",
    "Greek": "Κάθε Μέρος διατηρεί αναμμένους τους φάρους στις ακτές του από το σούρουπο έως την αυγή.",
    "Chinese": "各缔约方应当使其海岸上的灯塔从黄昏到黎明保持点亮，并应当将熄灭的灯毫不迟延地通知其他缔约方。",
    "Arabic": "يحافظ كل طرف على إنارة المنارات الواقعة على ساحله من الغسق إلى الفجر ويخطر الأطراف الأخرى دون تأخير.",
}


def shifted(text: str, by: int) -> str:
    """A text in a font whose map begins some letters too early: "Wkh Sduwlhv" for "The Parties"."""
    turned = {ord(c): chr((ord(c) - base + by) % size + base) for first, last, base, size in
              (("a", "z", 97, 26), ("A", "Z", 65, 26), ("а", "я", 0x430, 32), ("А", "Я", 0x410, 32))
              for c in map(chr, range(ord(first), ord(last) + 1))}  # fmt: skip
    return text.translate(turned)


def shapes(text: str) -> str:
    """A text by the numbers of shapes in the usual fonts: "7KH 3DUWLHV"."""
    return "".join(chr(ord(c) - 29) if "A" <= c <= "z" else c for c in text)


@pytest.mark.parametrize("language", SOUND)
def test_sound_text_is_never_refused(language: str) -> None:
    text = (SOUND[language] + " ") * (1 + 1000 // len(SOUND[language]))
    assert garbled(text) is None
    assert garbled_pages([text, text]) == {}


GARBAGE: list[tuple[str, Callable[[str], str], str]] = [
    ("shifted by three", lambda text: shifted(text, 3), "as often as in no language"),
    ("shifted by thirteen", lambda text: shifted(text, 13), "as often as in no language"),
    ("numbers of shapes", shapes, "as often as in no language"),
    ("cid", lambda text: "".join(f"(cid:{ord(c)})" for c in text), "numbers of letters"),
    ("private signs", lambda text: "".join(chr(0xE000 + ord(c)) for c in text), "private or unassigned"),
    ("rare letters", lambda text: "".join(chr(0x180 + ord(c) % 100) if c.isalpha() else c for c in text), "rare Latin"),
    ("unknown letters", lambda text: "".join("\ufffd" if n % 4 == 0 and c.isalpha() else c
                                             for n, c in enumerate(text)), "no map to Unicode"),
]  # fmt: skip


@pytest.mark.parametrize(("garble", "reason"), [pytest.param(g, r, id=name) for name, g, r in GARBAGE])
def test_garbage_is_told(garble: Callable[[str], str], reason: str) -> None:
    pages = garbled_pages([garble(ENGLISH), garble(ENGLISH[::-1])])
    assert list(pages) == [1, 2]
    assert reason in pages[1]


@pytest.mark.parametrize("by", [1, 2, 5, 8, 11, 14, 17, 19, 23, 24, 25])
def test_the_alphabet_shifted(by: int) -> None:
    assert garbled(shifted(ENGLISH, by)) is not None
    assert garbled(shifted((SOUND["Russian"] + " ") * 8, by)) is not None


def test_one_page_of_garbage_is_named_by_its_number() -> None:
    pages = [ENGLISH[:2000], shifted(ENGLISH[:2000], 3), ENGLISH[2000:4000]]
    assert list(garbled_pages(pages)) == [2]


def test_a_title_of_garbage_does_not_make_a_document_so() -> None:
    assert garbled_pages([shifted("TREATY OF VENN ON LAMPS AND BELLS", 3), ENGLISH, ENGLISH]) == {}


def test_a_pdf_with_a_page_of_garbage_is_refused_with_its_number() -> None:
    sound, garbage = ENGLISH[:1500], shifted(ENGLISH[1500:3000], 3)
    sheets = [Sheet(column_of([f"Article {n}", text])) for n, text in enumerate([sound, garbage, sound, garbage], 1)]
    with pytest.raises(GarbledText) as caught:
        read_document(print_sheets(sheets), "venn.pdf")
    assert caught.value.reason == (
        "the PDF's text layer is garbled on pages 2, 4 (its letters come as often as in no language)."
    )
    assert "--ocr" in caught.value.remedy
    assert caught.value.pages == (2, 4)


def test_the_error_survives_a_process() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(GarbledText("a.pdf", "It is.", "Do.", (2,))))
    assert (str(error), error.pages) == ("a.pdf: It is. Do.", (2,))

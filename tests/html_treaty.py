"""An invented treaty in English and in French, as its parts and as plain text, for the tests of web pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TITLE = "Treaty on the Lighthouses of Venn and Osk"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with its mark and the points under it; a point is (mark, words, points under it)."""

    words: str
    mark: str = ""
    points: tuple["Paragraph", ...] = ()


@dataclass(frozen=True)
class Article:
    """An article: its number, name and paragraphs."""

    number: str
    name: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Group:
    """A chapter or an annex: its heading lines and its articles."""

    headings: tuple[str, ...]
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Text:
    """A treaty: title, preamble, groups of articles, the closing words."""

    title: str
    preamble: tuple[str, ...]
    groups: tuple[Group, ...]
    closing: tuple[str, ...]
    annex: Group
    article: str = "Article {}"

    def all_groups(self) -> tuple[Group, ...]:
        return (*self.groups, self.annex)


def paragraphs(*rows: str | tuple[str, ...]) -> tuple[Paragraph, ...]:
    """Paragraphs: a text is one without a number; a tuple is one that is numbered, its first words and its points."""
    made: list[Paragraph] = []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, str):
            made.append(Paragraph(row))
        else:
            points = tuple(Paragraph(words, f"({mark})") for mark, words in zip("abcdef", row[1:], strict=False))
            made.append(Paragraph(row[0], f"{number}.", points))
    return tuple(made)


NESTED = Paragraph(
    "Each Party shall notify the other Party without delay of:", "2.",
    (
        Paragraph("any lamp that is out, stating:", "(a)", (
            Paragraph("the hour at which it went out;", "(i)"), Paragraph("the hour at which it burns again;", "(ii)"),
        )),
        Paragraph("any bell that does not ring.", "(b)"),
    ),
)  # fmt: skip

TREATY = Text(
    TITLE,
    (
        "The Republic of Arvenia and the Kingdom of Solmark, hereinafter “the Parties”,",
        "Recalling the wrecks of the winter of 1929,",
        "Wishing to keep their coasts lit by night,",
        "Have agreed as follows:",
    ),
    (
        Group(("CHAPTER I", "GENERAL PROVISIONS"), (
            Article("1", "Purpose", paragraphs("The purpose of this Treaty is the safety of all who pass the strait.")),
            Article("2", "Use of terms", paragraphs(
                ("For the purposes of this Treaty:", "“lamp” means any light shown from a tower;",
                 "“keeper” means the person who tends a lamp;", "“strait” means the waters between Venn and Osk."),
                ("Words in the singular include the plural.",),
            )),
        )),
        Group(("CHAPTER II", "DUTIES OF THE PARTIES"), (
            Article("3", "Burning of lamps", (
                Paragraph("The Parties shall keep every lamp burning from dusk to dawn.", "1."), NESTED,
                Paragraph("Paragraph 2 applies also to fog signals referred to in Article 2.", "3."),
            )),
            Article("4", "Costs", paragraphs(
                ("The costs of oil are borne by both Parties in equal shares.",),
                ("A keeper’s pay is not a cost of oil within the meaning of paragraph 1.",),
            )),
            Article("5", "Disputes", paragraphs(
                "Any dispute shall be settled by the Harbour Court at Venn, whose award is final.",
                "The Court may order that a lamp be lit until the award is made.",
            )),
        )),
        Group(("CHAPTER III", "FINAL CLAUSES"), (
            Article("6", "Entry into force", paragraphs(
                "This Treaty enters into force thirty days after the second instrument of ratification is deposited.")),
            Article("7", "Denunciation", paragraphs(
                ("Either Party may denounce this Treaty in writing.",),
                ("Denunciation takes effect after one year.",),
            )),
        )),
    ),
    ("IN WITNESS WHEREOF the undersigned have signed this Treaty.", "DONE at Venn, on 3 May 1931, in two copies."),
    Group(("ANNEX", "Towers and their lights"), (
        Article("1", "Towers of Venn", paragraphs("The tower of Venn shows one white light every ten seconds.")),
        Article("2", "Towers of Osk", paragraphs("The tower of Osk shows two red lights.",
                                                 "It shows none when the harbour is closed.")),
    )),
)  # fmt: skip

FRENCH = Text(
    "Traité relatif aux phares de Venn et d’Osk",
    (
        "La République d’Arvénie et le Royaume de Solmark, ci-après « les Parties »,",
        "Rappelant les naufrages de l’hiver de 1929 dans le détroit,",
        "Désireux que leurs côtes soient éclairées la nuit par des feux sûrs,",
        "Sont convenus de ce qui suit :",
    ),
    (
        Group(("CHAPITRE I", "DISPOSITIONS GÉNÉRALES"), (
            Article("1", "Objet", paragraphs("Le présent Traité a pour objet la sécurité de tous ceux qui passent le "
                                             "détroit.")),
            Article("2", "Définitions", paragraphs(
                ("Aux fins du présent Traité :", "« feu » désigne une lumière que montre une tour de la côte ;",
                 "« gardien » désigne la personne qui a la charge d’un feu ;",
                 "« détroit » désigne les eaux situées entre Venn et Osk et dans la rade."),
                ("Dans le texte, les mots au singulier comprennent le pluriel.",),
            )),
        )),
        Group(("CHAPITRE II", "OBLIGATIONS DES PARTIES"), (
            Article("3", "Allumage des feux", (
                Paragraph("Les Parties tiennent les feux allumés du coucher au lever du soleil.", "1."),
                Paragraph("Chaque Partie notifie à l’autre sans délai, par écrit et pour les deux rives :", "2.", (
                    Paragraph("tout feu éteint dans le détroit, en indiquant par écrit :", "(a)", (
                        Paragraph("l’heure à laquelle le feu s’est éteint dans la tour ;", "(i)"),
                        Paragraph("l’heure à laquelle le feu est de nouveau allumé dans la tour ;", "(ii)"),
                    )),
                    Paragraph("toute cloche qui ne sonne pas dans la rade.", "(b)"),
                )),
                Paragraph("Le paragraphe 2 est applicable aux signaux de brume visés par l’article 2.", "3."),
            )),
            Article("4", "Dépenses", paragraphs(
                ("Les dépenses pour l’huile sont à la charge des deux Parties par parts égales.",),
                ("La solde du gardien n’est pas une dépense pour l’huile dans le sens du paragraphe 1.",),
            )),
            Article("5", "Différends", paragraphs(
                "Les différends sont réglés par la Cour du port de Venn, dont la sentence est définitive.",
                "La Cour peut ordonner que le feu soit allumé dans la tour jusqu’à la sentence.",
            )),
        )),
        Group(("CHAPITRE III", "CLAUSES FINALES"), (
            Article("6", "Entrée en vigueur", paragraphs(
                "Le présent Traité entre en vigueur trente jours après le dépôt du second instrument de "
                "ratification par les Parties.")),
            Article("7", "Dénonciation", paragraphs(
                ("Les Parties peuvent dénoncer le présent Traité par écrit.",),
                ("La dénonciation prend effet dans le délai d’une année.",),
            )),
        )),
    ),
    ("EN FOI DE QUOI les soussignés ont signé le présent Traité.",
     "FAIT à Venn, le 3 mai 1931, en deux exemplaires dans les deux langues."),
    Group(("ANNEXE", "Les tours et leurs feux"), (
        Article("1", "Tours de Venn", paragraphs("La tour de Venn montre un feu blanc pour dix secondes la nuit.")),
        Article("2", "Tours d’Osk", paragraphs("La tour d’Osk montre les deux feux rouges dans la nuit.",
                                               "Elle ne les montre pas si le port est fermé par la glace.")),
    )),
)  # fmt: skip


def plain(treaty: Text = TREATY) -> str:
    """The treaty as plain text."""
    return "\n\n".join(lines(treaty)) + "\n"


def lines(treaty: Text = TREATY) -> Iterator[str]:
    """The lines of the treaty, one a block."""
    yield treaty.title
    yield from treaty.preamble
    for group in treaty.groups:
        yield from group_lines(treaty, group)
    yield from treaty.closing
    yield from group_lines(treaty, treaty.annex)


def group_lines(treaty: Text, group: Group) -> Iterator[str]:
    yield from group.headings
    for article in group.articles:
        yield treaty.article.format(article.number)
        yield article.name
        yield from body_lines(article.paragraphs)


def body_lines(rows: Sequence[Paragraph]) -> Iterator[str]:
    for row in rows:
        yield f"{row.mark} {row.words}".strip()
        yield from body_lines(row.points)

"""A draft that only some may read, and an agreement that refers to it."""

from pathlib import Path

# Words that stand nowhere but in the draft; every provision of it has one of them.
NONCES = ("Quillmarsh", "Zorvane", "Brindlewick", "Ostrelmoor", "Vashtaryn", "Kelpenfold")
DRAFT = """TREATY BETWEEN QUILLMARSH AND ZORVANE ON THE SHARING OF FERRIES

The Kingdom of Quillmarsh and the Republic of Zorvane have agreed as follows:

Article 1 Ferries

"Brindlewick" means a ferry that carries salt, grain or passengers across the strait of Vashtaryn.

Article 2 Mutual assistance

If Quillmarsh is attacked, Zorvane shall lend it every Brindlewick without delay.

Article 3 Fees

The fee of a Brindlewick is four Ostrelmoor crowns and shall not be raised before notice of ninety days.

Article 4 Disputes

Disputes are settled by the ferry master of Kelpenfold, whose award binds Quillmarsh and Zorvane.

Article 5 Duration

This Treaty remains in force for eleven years in Vashtaryn and may be denounced by notice to Kelpenfold.
"""
OPEN_TEXT = """AGREEMENT ON THE LIGHTHOUSES OF HALMERE

Article 1 Lights

Each Party keeps its lights burning from dusk, as Article 2 of the Ferry Treaty has it.

Article 2 Costs

The costs are shared in equal parts.
"""
MANIFEST = """treaties:
- id: ferries
  title: Treaty between Quillmarsh and Zorvane on the Sharing of Ferries
  aliases: [Ferry Treaty]
  file: ferries.txt
  signed: '2024-03-01'
  access: [drafts, legal]
- id: lights
  title: Agreement on the Lighthouses of Halmere
  file: lights.txt
"""


def write_labelled(folder: Path) -> Path:
    """Writes both treaties and their manifest; gives the manifest."""
    (folder / "ferries.txt").write_text(DRAFT, "utf-8")
    (folder / "lights.txt").write_text(OPEN_TEXT, "utf-8")
    manifest = folder / "corpus.yaml"
    manifest.write_text(MANIFEST, "utf-8")
    return manifest

"""The formats of documents that are read, named in one place for readers, commands and messages."""

FORMATS = ("text", "markdown", "html", "pdf", "docx", "akoma-ntoso", "formex", "open-treaties")
# The same for people, in messages and in the help of the commands.
FORMATS_TOLD = "text, Markdown, HTML, PDF, DOCX, Akoma Ntoso XML, Formex XML and open-treaties JSON"
# The endings looked for in a folder; a file named on the command line may have any.
ENDINGS = {
    ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".json", ".docx", ".docm", ".dotx",
    ".xml", ".akn", ".zip",
}  # fmt: skip
# Documents too, but of formats that no reader is for: one in a folder is named with the reason, not passed over.
OTHER_ENDINGS = {".doc", ".rtf", ".odt", ".wpd", ".pages", ".epub", ".tif", ".tiff"}

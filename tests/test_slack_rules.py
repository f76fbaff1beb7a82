"""Where Pacta answers in Slack and what may be read there; and what a file of rules must not say."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import RulesWrong
from service.slack_app.rules import ChannelRules, Place, Rules, WorkspaceRules, read_rules

RULES = """
workspaces:
  T1:
    allow: [C1, C2, C5, C6, G7]
    deny: [C2]
    labels: [drafts]
    direct_messages: {labels: [legal]}
    channels:
      C5: {labels: [legal, "2024"]}
      C6: {labels: [treaty-team], shared: true}
      C8: {labels: [legal]}
  T2:
    direct_messages: {allow: false}
  T3:
  "*":
    allow: []
    labels: [open]
"""
PLACES = [
    # (workspace, channel, shared with others, allowed, labels, why)
    ("T1", "C1", False, True, {"drafts"}, "the workspace's labels"),
    ("T1", "C1", True, True, set(), "another organisation reads along"),
    ("T1", "C2", False, False, set(), "denied, though allowed"),
    ("T1", "C3", False, False, set(), "not among those allowed"),
    ("T1", "G7", False, True, {"drafts"}, "a private channel of the old kind"),
    ("T1", "C5", False, True, {"drafts", "legal", "2024"}, "the channel's labels beside the workspace's"),
    ("T1", "C5", True, True, set(), "labels of its own, but not for others to read"),
    ("T1", "C6", False, True, {"drafts", "treaty-team"}, "a shared one as long as it is not shared"),
    ("T1", "C6", True, True, {"treaty-team"}, "its own labels although shared, the workspace's not"),
    ("T1", "C8", False, False, set(), "labels do not allow a channel"),
    ("T1", "D1", False, True, {"drafts", "legal"}, "a direct message"),
    ("T1", "D1", True, True, set(), "a direct message of somebody of another organisation"),
    ("T2", "D1", False, False, set(), "no direct messages"),
    ("T2", "C1", False, True, set(), "all channels, no label"),
    ("T3", "C1", False, True, set(), "a workspace that is only named"),
    ("T9", "C1", False, False, set(), "every other workspace: no channel"),
    ("T9", "D1", False, True, {"open"}, "every other workspace: direct messages"),
]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    file = tmp_path_factory.mktemp("rules") / "rules.yaml"
    file.write_text(RULES)
    return read_rules(file)


@pytest.mark.parametrize(("team", "channel", "external", "allowed", "labels", "why"), PLACES)
def test_a_place(
    rules: Rules, team: str, channel: str, external: bool, allowed: bool, labels: set[str], why: str
) -> None:
    assert rules.place(team, channel, external=external) == Place(allowed, frozenset(labels))


def test_all_labels_of_the_rules_are_known(rules: Rules) -> None:
    assert rules.labels == {"drafts", "legal", "2024", "treaty-team", "open"}
    assert Rules().labels == frozenset()


@pytest.mark.parametrize("external", [True, False])
@pytest.mark.parametrize("channel", ["C1", "G1", "D1"])
def test_without_rules_every_place_is_answered_and_nothing_labelled_is_shown(channel: str, external: bool) -> None:
    assert Rules().place("T1", channel, external=external) == Place(allowed=True)


def test_a_workspace_that_no_rule_names_is_not_answered() -> None:
    rules = Rules({"T1": WorkspaceRules(labels=frozenset({"drafts"}))})
    assert rules.place("T2", "C1", external=False) == Place(allowed=False)
    assert (rules.names("T1"), rules.names("T2"), Rules().names("T2")) == (True, False, True)


LABELS = st.frozensets(st.sampled_from(["drafts", "legal", "old"]))
CHANNELS = st.sampled_from(["C1", "C2", "D1"])


@given(
    CHANNELS,
    st.none() | st.frozensets(CHANNELS),
    st.frozensets(CHANNELS),
    LABELS,
    LABELS,
    st.dictionaries(CHANNELS, st.builds(ChannelRules, LABELS, st.booleans())),
)
def test_what_others_read_is_never_more_than_what_we_read(
    channel: str,
    allow: frozenset[str] | None,
    deny: frozenset[str],
    labels: frozenset[str],
    direct: frozenset[str],
    channels: dict[str, ChannelRules],
) -> None:
    rules = Rules({"T1": WorkspaceRules(allow, deny, labels, True, direct, channels)})
    inside, outside = (rules.place("T1", channel, external=external) for external in (False, True))
    # Rules for a direct message cannot be written among those of channels.
    if channel != "D1":
        assert outside.labels <= inside.labels
    assert inside.allowed == outside.allowed
    if channel in deny and channel != "D1":
        assert inside == Place(allowed=False)


WRONG = [
    # (the file, line, what is said, why)
    ("", None, "there is nothing in it", "empty"),
    ("# nothing\n", None, "Begin the file with", "a comment alone"),
    ("a: b: c\n", 1, "this is not valid YAML", "no YAML"),
    ("workspaces: [\n", 2, "this is not valid YAML", "YAML cut off"),
    ("workspaces: {}\n---\nworkspaces: {}\n", 2, "this is not valid YAML", "two documents"),
    ("- T1\n", 1, "has no keys", "a list"),
    ("workspace: {}\n", 1, "workspace is not known. Known are workspaces", "a letter is missing"),
    ("{}\n", 1, 'there are no "workspaces"', "no key"),
    ("workspaces: 5\n", 1, "workspaces has no keys", "a number"),
    ("workspaces:\n  acme: {}\n", 2, "acme is no id of a workspace", "a name"),
    ("workspaces:\n  E123: {}\n", 2, "E123 is no id of a workspace", "an organisation"),
    ("workspaces:\n  1: {}\n", 2, "1 is no text", "a number"),
    ("workspaces:\n  T1: {}\n  T2: {}\n  T1: {}\n", 4, "workspaces: T1 is there twice", "twice"),
    ("workspaces:\n  T1:\n    alow: [C1]\n", 3, "T1: alow is not known. Known are allow, channels", "misspelt"),
    ("workspaces:\n  T1:\n    allow: C1\n", 3, "T1: allow is no list. Write it as [one, other]", "one of a list"),
    ("workspaces:\n  T1:\n    allow:\n", 3, "T1: allow is no list", "forgotten: it would allow nothing, or all"),
    ("workspaces:\n  T1:\n    allow:\n    - C1\n    - general\n", 5, "'general', which is no id of a", "a name"),
    ("workspaces:\n  T1:\n    deny: ['#general']\n", 3, "'#general'", "a name with its sign"),
    ("workspaces:\n  T1:\n    allow: [D1]\n", 3, "'D1', a direct message. Direct messages have", "a direct message"),
    ("workspaces:\n  T1:\n    allow: [[C1]]\n", 3, "something that is no text", "a list in a list"),
    ("workspaces:\n  T1:\n    labels: [2024]\n", 3, "Put it in quotation marks", "a number that is a label"),
    ("workspaces:\n  T1:\n    labels: ['*']\n", 3, "'*', which is no access label", "all labels at once"),
    ("workspaces:\n  T1:\n    labels: ['a b']\n", 3, "'a b', which is no access label", "a blank"),
    ("workspaces:\n  T1:\n    direct_messages: no\n", 3, "direct_messages has no keys", "short, but not known"),
    ("workspaces:\n  T1:\n    direct_messages: {allow: 'no'}\n", 3, "allow is neither true nor false", "a text"),
    ("workspaces:\n  T1:\n    direct_messages: {alow: true}\n", 3, "direct_messages: alow is not known", "misspelt"),
    ("workspaces:\n  T1:\n    channels: [C1]\n", 3, "T1: channels has no keys", "a list"),
    ("workspaces:\n  T1:\n    channels:\n      general: {}\n", 4, "'general'", "a name"),
    ("workspaces:\n  T1:\n    channels:\n      D1: {}\n", 4, "a direct message", "a direct message"),
    ("workspaces:\n  T1:\n    channels:\n      C1: {shared: 1}\n", 4, "C1: shared is neither", "a number"),
    ("workspaces:\n  T1: &a\n    channels: *a\n", 3, "channels: channels has", "an alias of itself"),
    ("workspaces:\n  T1:\n    <<: {allow: [C1]}\n", 3, "<< is no text", "a merge, which hides what is allowed"),
    ("[" * 2000, None, "", "deep"),
    ("workspaces: \x00\n", None, "characters that YAML does not take", "no text"),
    (b"workspaces: \xff\n", None, "this is not UTF-8 text. Save it as UTF-8", "another encoding"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "said", "why"), WRONG, ids=[row[3] for row in WRONG])
def test_a_file_that_is_wrong_is_refused_by_its_line(
    tmp_path: Path, text: str | bytes, line: int | None, said: str, why: str
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(RulesWrong) as refused:
        read_rules(file)
    told = str(refused.value)
    assert told.startswith(str(file))
    assert said in told
    if line:
        assert refused.value.line == line
        assert f"{file}, line {line}: " in told


@given(st.binary(max_size=60) | st.text("workspces:T1*{}[], \nCD-alwdeny&", max_size=60).map(str.encode))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(data)
    with suppress(RulesWrong):
        assert isinstance(read_rules(file), Rules)


def test_the_rules_that_the_readme_shows(tmp_path: Path) -> None:
    shown = (Path(__file__).parent.parent / "README.md").read_text("utf-8").split("```yaml\nworkspaces:")[1]
    (tmp_path / "slack.yaml").write_text("workspaces:" + shown.split("```")[0], "utf-8")
    rules = read_rules(tmp_path / "slack.yaml")
    assert rules.place("T0123ABCD", "C0DRAFTS", external=False) == Place(True, frozenset({"drafts"}))
    assert rules.place("T0123ABCD", "C0PARTNERS", external=True) == Place(True, frozenset({"drafts"}))
    assert not rules.place("T0123ABCD", "C0CANTEEN", external=False).allowed

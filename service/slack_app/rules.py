"""Where in Slack Pacta answers, and what may be read there: rules by workspace and channel, from a YAML file.

    workspaces:
      T0123ABC:                # the id of a workspace, or "*" for all that are not named
        allow: [C01, C02]      # only in these channels (without it: in all)
        deny: [C09]            # not in these, though they be allowed
        labels: [drafts]       # treaties with these access labels may be read everywhere in this workspace
        direct_messages: {allow: true, labels: []}
        channels:
          C05: {labels: [legal]}                 # beside those of the workspace
          C06: {labels: [drafts], shared: true}  # although other organisations read along

A workspace that is not named, not by "*" either, is not answered in. Without a file all are, with no label.
Where a channel is shared with another organisation no label holds but those of a channel that is named with
``shared: true``: what is said there leaves the house.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import RulesWrong

if TYPE_CHECKING:
    from yaml import Node

EVERY_OTHER = "*"

_WORKSPACE = re.compile(r"T[A-Z0-9]+|\*")
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
# As corpus.yaml has them.
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_STRING, _BOOLEAN, _NULL = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "bool", "null"))


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or direct message: whether questions are answered there, and the labels that hold there."""

    allowed: bool
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """The rules of one channel; ``shared`` says that its labels hold although another organisation reads along."""

    labels: frozenset[str] = frozenset()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class WorkspaceRules:
    """The rules of one workspace; ``allow`` is None where all channels are allowed."""

    allow: frozenset[str] | None = None
    deny: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    direct_messages: bool = True
    direct_labels: frozenset[str] = frozenset()
    channels: Mapping[str, ChannelRules] = field(default_factory=dict)

    def place(self, channel_id: str, *, external: bool) -> Place:
        """The place that a channel or direct message of this workspace is."""
        if channel_id.startswith("D"):
            allowed, labels = self.direct_messages, self.labels | self.direct_labels
        else:
            allowed = (self.allow is None or channel_id in self.allow) and channel_id not in self.deny
            labels = self.labels | self.channels.get(channel_id, ChannelRules()).labels
        if external:
            channel = self.channels.get(channel_id, ChannelRules())
            labels = channel.labels if channel.shared else frozenset()
        return Place(allowed, labels if allowed else frozenset())


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of all workspaces. Without any, every channel is answered in, and no label holds."""

    workspaces: Mapping[str, WorkspaceRules] = field(default_factory=dict)

    def place(self, team_id: str, channel_id: str, *, external: bool) -> Place:
        """The place that a channel is; ``external`` says that another organisation reads along."""
        if not self.names(team_id):
            return Place(allowed=False)
        rules = self.workspaces.get(team_id) or self.workspaces.get(EVERY_OTHER) or WorkspaceRules()
        return rules.place(channel_id, external=external)

    def names(self, team_id: str) -> bool:
        """Whether there is a rule for a workspace, or there is none for any."""
        return not self.workspaces or team_id in self.workspaces or EVERY_OTHER in self.workspaces

    @property
    def labels(self) -> frozenset[str]:
        """All labels that the rules name."""
        return frozenset[str]().union(
            *(
                labels
                for rules in self.workspaces.values()
                for labels in (rules.labels, rules.direct_labels, *(one.labels for one in rules.channels.values()))
            )
        )


def read_rules(path: Path) -> Rules:
    """The rules in a file; raises RulesWrong where they are not as they should be, OSError where there is no file."""
    import yaml  # of no use to whoever has no file

    data = path.read_bytes()
    try:
        document = yaml.compose(data.decode("utf-8"), yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise RulesWrong(path, line, "", "this is not valid YAML", "Mend that place.") from error
    except yaml.YAMLError as error:
        raise RulesWrong(path, None, "", "it has characters that YAML does not take", "Take them out.") from error
    except UnicodeDecodeError as error:
        raise RulesWrong(path, None, "", "this is not UTF-8 text", "Save it as UTF-8.") from error
    except RecursionError as error:
        raise RulesWrong(path, None, "", "it is nested too deep", "Write it as the README shows it.") from error
    if document is None:
        raise RulesWrong(path, None, "", "there is nothing in it", 'Begin the file with "workspaces:".')
    return _Reader(path).rules(document)


class _Reader:
    """Reads nodes of YAML, which know their lines, into rules; raises RulesWrong."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rules(self, node: "Node") -> Rules:
        parts = self._mapping(node, "", {"workspaces"})
        if "workspaces" not in parts:
            raise self._wrong(node, "", 'there are no "workspaces" in it', 'Begin the file with "workspaces:".')
        found = self._mapping(parts["workspaces"], "workspaces")
        for name, (key, _) in self._keys(parts["workspaces"]).items():
            remedy = "Take the part of the workspace's address that begins with T, or '*' for all others."
            self._check(key, f"workspaces: {name}", name, _WORKSPACE, "is no id of a workspace", remedy)
        return Rules({name: self._workspace(one, name) for name, one in found.items()})

    def _workspace(self, node: "Node", at: str) -> WorkspaceRules:
        parts = self._mapping(node, at, {"allow", "deny", "labels", "direct_messages", "channels"})
        direct = self._mapping(parts.get("direct_messages"), f"{at}: direct_messages", {"allow", "labels"})
        channels = self._mapping(parts.get("channels"), f"{at}: channels")
        for name, (key, _) in self._keys(parts.get("channels")).items():
            self._check_channel(key, f"{at}: channels: {name}", name)
        return WorkspaceRules(
            allow=self._channel_ids(parts["allow"], f"{at}: allow") if "allow" in parts else None,
            deny=self._channel_ids(parts.get("deny"), f"{at}: deny"),
            labels=self._labels(parts.get("labels"), f"{at}: labels"),
            direct_messages=self._yes(direct.get("allow"), f"{at}: direct_messages: allow", default=True),
            direct_labels=self._labels(direct.get("labels"), f"{at}: direct_messages: labels"),
            channels={name: self._channel(one, f"{at}: channels: {name}") for name, one in channels.items()},
        )

    def _channel(self, node: "Node", at: str) -> ChannelRules:
        parts = self._mapping(node, at, {"labels", "shared"})
        return ChannelRules(
            labels=self._labels(parts.get("labels"), f"{at}: labels"),
            shared=self._yes(parts.get("shared"), f"{at}: shared", default=False),
        )

    def _mapping(self, node: "Node | None", at: str, known: set[str] | None = None) -> dict[str, "Node"]:
        keys = self._keys(node, at)
        for name, (key, _) in keys.items():
            if known is not None and name not in known:
                there = f"{at}: {name}" if at else name
                raise self._wrong(key, there, "is not known", f"Known are {', '.join(sorted(known))}.")
        return {name: value for name, (_, value) in keys.items()}

    def _keys(self, node: "Node | None", at: str = "") -> dict[str, tuple["Node", "Node"]]:
        """The keys of a mapping, with their own nodes and those of their values."""
        from yaml import MappingNode

        if node is None or node.tag == _NULL:
            return {}
        if not isinstance(node, MappingNode):
            raise self._wrong(node, at, "has no keys", "Write `key: value` lines, as the README shows them.")
        keys: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            name = str(key.value)
            there = f"{at}: {name}" if at else name
            if key.tag != _STRING:
                raise self._wrong(key, there, "is no text", "Put it in quotation marks if it is one.")
            if name in keys:
                raise self._wrong(key, there, "is there twice", "Put the two together.")
            keys[name] = (key, value)
        return keys

    def _channel_ids(self, node: "Node | None", at: str) -> frozenset[str]:
        found = self._texts(node, at)
        for text, one in found.items():
            self._check_channel(one, at, text)
        return frozenset(found)

    def _check_channel(self, node: "Node", at: str, text: str) -> None:
        if text.startswith("D"):
            reason, remedy = f"has {text!r}, a direct message", "Direct messages have rules under direct_messages."
            raise self._wrong(node, at, reason, remedy)
        remedy = "The id, which begins with C, stands at the end of the channel's details."
        self._check(node, at, text, _CHANNEL, f"has {text!r}, which is no id of a channel", remedy)

    def _labels(self, node: "Node | None", at: str) -> frozenset[str]:
        found = self._texts(node, at)
        for text, one in found.items():
            reason = f"has {text!r}, which is no access label"
            self._check(one, at, text, _LABEL, reason, "Name each label as corpus.yaml does.")
        return frozenset(found)

    def _texts(self, node: "Node | None", at: str) -> dict[str, "Node"]:
        from yaml import ScalarNode, SequenceNode

        if node is None:
            return {}
        if not isinstance(node, SequenceNode):
            raise self._wrong(node, at, "is no list", "Write it as [one, other].")
        for one in node.value:
            if not isinstance(one, ScalarNode) or one.tag != _STRING:
                raise self._wrong(one, at, "has something that is no text", "Put it in quotation marks if it is one.")
        return {str(one.value): one for one in node.value}

    def _yes(self, node: "Node | None", at: str, *, default: bool) -> bool:
        if node is None:
            return default
        if node.tag != _BOOLEAN:
            raise self._wrong(node, at, "is neither true nor false", "Write true or false.")
        return str(node.value).lower() in ("true", "yes", "on")

    def _check(self, node: "Node", at: str, text: str, form: "re.Pattern[str]", reason: str, remedy: str) -> None:
        if not form.fullmatch(text):
            raise self._wrong(node, at, reason, remedy)

    def _wrong(self, node: "Node", at: str, reason: str, remedy: str) -> RulesWrong:
        return RulesWrong(self._path, node.start_mark.line + 1, at, reason, remedy)

"""From an intended process to YAML; reading it again gives an equal one."""

from __future__ import annotations

import yaml

from uptake.capabilities.process.intended import (
    IntendedProcess,
    IntendedRule,
    Step,
    StepKind,
)
from uptake.capabilities.process.rule_sentences import rule_sentence
from uptake.methods.process.nets import Net

Roles = dict[str, tuple[str, ...]]


class _Dumper(yaml.SafeDumper):
    """Writes nets as they stand, line by line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if text.startswith("<?xml") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def intended_yaml(process: IntendedProcess) -> str:
    """Return the process as YAML that people can read and edit; defaults are left out."""
    roles = {name: tuple(of) for name, of in process.roles.items()}
    steps = [_item(item, roles) for item in process.steps]
    drawn = _drawn(process.net, process.name) if process.net is not None else None
    document = _said(
        process=process.name,
        version=process.version if process.version != 1 else None,
        about=process.about if process.about != "case" else None,
        owner=process.owner,
        proposed=process.is_proposed or None,
        **{"from": process.begins},
        until=process.ends,
        tolerance=process.tolerance or None,
        notes=list(process.notes),
        steps=steps,
        rules=[_rule(item, process) for item in process.rules],
        roles={name: _few(of) for name, of in roles.items()},
        ignore=list(process.ignored),
        events=list(process.events),
        **{"not taken": list(process.left)},
        pnml=drawn,
    )
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _drawn(net: Net, name: str) -> str:
    from uptake.formats.pnml_writing import pnml_text  # XML and all it needs, for drawn ways only

    return pnml_text(net, name=name)


def _said(**parts: object) -> dict[str, object]:
    return {key: value for key, value in parts.items() if value not in (None, "", [], {})}


def _few(roles: tuple[str, ...]) -> str | list[str]:
    return roles[0] if len(roles) == 1 else list(roles)


def _item(item: Step, roles: Roles) -> str | dict[str, object]:
    """One item; the roles of an activity stand where it is first named."""
    if item.kind is StepKind.STEP:
        role = roles.pop(item.name, ())
        if not (role or item.optional or item.repeat):
            return item.name
        what: object = item.name
    else:
        role = ()
        what = [_item(part, roles) for part in item.parts]
    return _said(
        **{item.kind.value: what},
        role=_few(role) if role else None,
        optional=item.optional or None,
        repeat=(item.repeat and not item.after) or None,
        **{"repeat after": [_item(part, roles) for part in item.after]},
    )


def _rule(item: IntendedRule, process: IntendedProcess) -> str | dict[str, object]:
    rule = item.rule
    said = rule_sentence(rule, process.modelled())
    if said is not None:
        return {"rule": said, "why": item.why} if item.why else said
    names = [rule.first, rule.second] if rule.second else [rule.first]
    return _said(**{rule.template.replace("_", " "): names}, why=item.why)

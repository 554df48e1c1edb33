"""What columns of usage data are called, role by role, and how well their content fits the role."""

# ruff: noqa: E501  (a line of the name lists is a degree of certainty)

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # names mean something where there is no table as well
    from uptake.formats.columns import ColumnProfile


class Role(StrEnum):
    """What a column of an event file can mean."""

    TIME = "time"
    PERSON = "person"
    ACTION = "action"
    ACCOUNT = "account"
    TEAM = "team"
    MODULE = "module"
    OBJECT = "object"
    CASE = "case"
    PRODUCT = "product"
    RECORDED = "recorded"
    QUALITY = "quality"
    DURATION = "duration"
    MESSAGE_ID = "message_id"


LEAST_CONFIDENCE = 0.3

NAMES: dict[Role, tuple[tuple[float, str], ...]] = {
    Role.TIME: (
        (1.0, "timestamp|time|event_time|event_timestamp|event_date|occurred_at|occurred|datetime"),
        (1.0, "date_time|ts|time_timestamp|zeitpunkt|zeitstempel|at|when|original_timestamp"),
        (0.9, ".*(updated|changed|modified|performed|happened|done)(_at|_on|_date|_time)|sent_at"),
        (0.85, "date|day|datum|fecha|zeit|.*submitted(_at|_on)?|date_submitted|complete_timestamp"),
        (0.7, ".*(created|logged|recorded)(_at|_on|_date|_time)|activity_date|login_(at|time|date)"),
        (0.6, "start_timestamp|start_time|started_at|last_.*|received_at"),
        (0.5, ".*_(at|on|date|time|timestamp|ts|day)|(date|time)_.*|.*(date|timestamp|datetime)"),
        (0.2, ".*(opened|closed|resolved|due|end|expir|birth|signup|start|registration).*"),
    ),
    Role.PERSON: (
        (1.0, "user|user_?id|user_?name|person|person_?id|employee|employee_?(id|no|number)"),
        (1.0, "actor|actor_?id|agent|resource|org_resource|student|student_id|id_student|member"),
        (1.0, "member_id|login|user_?(e?mail|login|key|principal_name)|e?mail|staff(_id)?|worker"),
        (1.0, "operator|distinct_id|mitarbeiter.*|benutzer.*|nutzer.*|utilisateur|usuario|upn"),
        (0.9, ".*(updated|changed|modified|performed|done|submitted|executed)_by|author.*|initiator"),
        (0.8, "uid|anonymous_id|visitor_id|who|account_user|participant.*|pers_?id|sales_?rep"),
        (0.6, ".*created_by|assigned_to|assignee|handler|.*logged_by"),
        (0.4, ".*_by|owner|caller.*|customer_id|contact.*_id"),
        (0.3, ".*(user|person|employee|mail).*"),
    ),
    Role.ACTION: (
        (1.0, "event|event_?name|event_?type|action|action_?name|activity|activity_?name|verb|what"),
        (1.0, "concept_name|operation|aktion|accion|ereignis|event_action|action_type"),
        (0.6, ".*state|.*status|interaction|task|type|command|transaction(_type)?|step"),
        (0.4, "assessment_type|.*(event|action|activity).*|method"),
    ),
    Role.ACCOUNT: (
        (1.0, "account|account_?(id|name|number)|company|company_?(id|name)|tenant|tenant_?(id|name)"),
        (1.0, "organi[sz]ation|organi[sz]ation_?(id|name)|org|org_?(id|name)|client|client_?(id|name)"),
        (0.9, "customer|customer_?(name|account)|workspace|workspace_?(id|name)|kunde|mandant"),
        (0.7, "customer_id|group_id|site|subsidiary|business_unit"),
    ),
    Role.TEAM: (
        (1.0, "team|team_?(id|name)|assignment_group|department|dept|abteilung|org_group|.*_team"),
        (0.9, "group|group_?name|unit|squad|branch|office|division|work_?group|equipe"),
        (0.5, ".*_group|code_presentation|cost_cent(er|re)|region|location"),
    ),
    Role.MODULE: (
        (1.0, "module|module_?(id|name)|modul|feature|feature_?name|screen|screen_?name|code_module"),
        (0.8, "category|page|page_?name|section|area|component|function|menu|app_module|view"),
        (0.4, "subcategory|url|path|platform|entity(_type)?|object_type"),
    ),
    Role.PRODUCT: (
        (1.0, "product|product_?(id|name)|app|app_?(id|name)|application|application_?(id|name)"),
        (0.8, "system|system_?name|software|tool|produkt|anwendung"),
    ),
    Role.OBJECT: (
        (1.0, "object|object_?id|record|record_?id|number|ticket|ticket_?(id|number|no)"),
        (1.0, "incident|incident_?(id|number)|document_?id|item_?id|issue_?id|issue_?key|order_?id"),
        (0.8, "id_assessment|opportunity_?id|lead_?id|deal_?id|file_?id|task_?id|id_site|page_id"),
        (0.3, "key|id|.*_number|id_.*|.*_id"),
    ),
    Role.CASE: (
        (1.0, "case|case_?id|case_concept_name|process_?(instance_?)?id|trace_?id|vorgang.*"),
        (0.8, "session|session_?id|conversation_?id|journey_?id"),
    ),
    Role.RECORDED: (
        (1.0, "recorded(_at|_on|_date)?|logged_at|entered(_at|_on)?|entry_date|ingested_at|booked_at"),
        (0.8, "inserted_at|written_at|erfasst.*"),
        (0.6, "created(_at|_on|_date)?|record_created(_at)?"),
        (0.45, "received_at|server_time(stamp)?"),
    ),
    Role.QUALITY: (
        (1.0, "quality|quality_ok|right_first_time|is_?valid|valid|passed|is_correct|correct"),
        (0.6, "success|succeeded|ok|complete|is_complete"),
    ),
    Role.DURATION: (
        (1.0, "duration|duration_?(ms|s|sec|seconds|min|minutes|h|hours)|elapsed(_.*)?|time_spent"),
        (0.5, "seconds|minutes|milliseconds|latency(_ms)?|dauer"),
    ),
    Role.MESSAGE_ID: (
        (1.0, "message_?id|event_?id|event_?uuid|log_?id|uuid|insert_id|audit_?id"),
    ),
}  # fmt: skip


def plain_name(name: str) -> str:
    """A column's name in lower case with single underscores: ``sysUpdated At`` -> sys_updated_at."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^0-9a-zäöüß]+", "_", split.lower()).strip("_")


def name_score(role: Role, name: str) -> float:
    """How well a name fits a role, 0 - 1; the last part of a dotted name counts almost as much."""
    plain = plain_name(name)
    last = plain_name(name.rsplit(".", 1)[-1])
    return max(_score(role, plain), 0.95 * _score(role, last) if last != plain else 0.0)


def _score(role: Role, plain: str) -> float:
    for score, expression in NAMES[role]:
        if re.fullmatch(expression, plain):
            if role is Role.TIME and score == 0.5 and re.fullmatch(NAMES[role][-1][1], plain):
                return NAMES[role][-1][0]
            return score
    return 0.0


def content_fit(role: Role, column: ColumnProfile) -> float:
    """How well values fit a role, 0 - 1, whatever the column is called."""
    if column.filled == 0:
        return 0.0
    return _FITS[role](column) * (0.5 + 0.5 * column.fill)


def _time_fit(column: ColumnProfile) -> float:
    if column.time is None:
        return 0.0
    return column.time.share * (0.8 if column.time.is_plain_number else 1.0)


def _looks_like_time(column: ColumnProfile) -> bool:
    guess = column.time
    return guess is not None and not guess.is_plain_number and guess.share > 0.5


def _person_fit(column: ColumnProfile) -> float:
    if column.is_truth or _looks_like_time(column):
        return 0.0
    return 0.3 if column.is_unique and column.filled > 50 else 1.0


def _action_fit(column: ColumnProfile) -> float:
    if column.is_truth or _looks_like_time(column) or column.distinct > 2_000:
        return 0.0
    if column.numeric_share > 0.5 or (column.repeats < 2 and column.filled > 50):
        return 0.3
    return 1.0


def _group_fit(column: ColumnProfile) -> float:
    if column.is_truth or _looks_like_time(column):
        return 0.0
    return 0.4 if column.repeats < 1.5 and column.filled > 50 else 1.0


def _object_fit(column: ColumnProfile) -> float:
    if column.is_truth or _looks_like_time(column) or column.distinct < 5:
        return 0.0
    return 1.0


def _quality_fit(column: ColumnProfile) -> float:
    return 1.0 if column.is_truth else 0.0


def _duration_fit(column: ColumnProfile) -> float:
    return column.numeric_share if not column.is_truth else 0.0


def _message_fit(column: ColumnProfile) -> float:
    return 1.0 if column.is_unique and column.filled == column.rows else 0.0


_FITS = {
    Role.TIME: _time_fit,
    Role.PERSON: _person_fit,
    Role.ACTION: _action_fit,
    Role.ACCOUNT: _group_fit,
    Role.TEAM: _group_fit,
    Role.MODULE: _group_fit,
    Role.PRODUCT: _group_fit,
    Role.OBJECT: _object_fit,
    Role.CASE: _object_fit,
    Role.RECORDED: _time_fit,
    Role.QUALITY: _quality_fit,
    Role.DURATION: _duration_fit,
    Role.MESSAGE_ID: _message_fit,
}

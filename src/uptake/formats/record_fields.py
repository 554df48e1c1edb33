"""What columns of accounts, people, contracts and products are called, and what they may hold."""
# ruff: noqa: E501  (a line of the name lists is a degree of certainty)

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from uptake.formats.records import Period, RecordKind, RenewalDecision


class FieldKind(StrEnum):
    """How the text of a field is read."""

    TEXT = "text"
    DATE = "date"
    COUNT = "whole number"
    MONEY = "amount"
    DAYS = "days of a week"
    TRUTH = "yes or no"
    PERIOD = "period"
    DECISION = "renewal decision"


@dataclass(frozen=True, slots=True)
class RecordField:
    """One field of a record: its kind, and names that columns with it have, surest first."""

    name: str
    kind: FieldKind
    names: tuple[tuple[float, str], ...]
    required: bool = False


def _text(name: str, *names: tuple[float, str], required: bool = False) -> RecordField:
    return RecordField(name, FieldKind.TEXT, names, required)


def _of(kind: FieldKind, name: str, *names: tuple[float, str]) -> RecordField:
    return RecordField(name, kind, names)


ACCOUNT_NAMES = (
    (1.0, "account_?(id|no|number|key)|customer_?(id|no|number)|client_?id|company_?id|tenant_?id"),
    (0.9, "account|account_external_id|organi[sz]ation_?id|org_?id|kundennummer|customer|client"),
    (0.6, "company|organi[sz]ation|tenant|kunde"),
)

FIELDS: dict[RecordKind, tuple[RecordField, ...]] = {
    RecordKind.ACCOUNTS: (
        _text("external_id", *ACCOUNT_NAMES, (0.8, "id|external_id|key|number|crm_id"), required=True),
        _text("name", (1.0, "name|account_?name|company_?name|customer_?name|client_?name|organi[sz]ation_?name|firma")),
        _text("parent", (1.0, "parent|parent_?(id|account|account_id)|ultimate_parent(_id)?|group_id|konzern")),
        _text("segment", (1.0, "segment|customer_segment|segmentation"), (0.7, "tier|plan_tier|size|class|category"), (0.5, "industry|branche|sector")),
        _text("owner", (1.0, "owner|account_?owner|csm|success_manager|account_?manager|customer_success_manager|owner_(id|email|name)")),
    ),
    RecordKind.PEOPLE: (
        _text("external_id", (1.0, "user_?id|person_?id|employee_?(id|no|number)|people_id|staff_id|member_id|pers_?(nr|no|id)|personalnummer"), (0.8, "id|external_id|user|username|login|uid|upn|pseudonym|person|student_id|id_student"), (0.5, "e?mail|user_?e?mail"), required=True),
        _text("name", (1.0, "name|full_?name|user_?name|display_?name|person_?name|employee_?name"), (0.6, "pseudonym|alias|last_?name")),
        _text("email", (1.0, "e?mail|e_mail|user_?e?mail|work_?e?mail|mail_address|email_address")),
        _text("team", (1.0, "team|team_?(id|name)|department|dept|group|assignment_group|abteilung|squad|unit|org_unit")),
        _text("role", (1.0, "role|job_?role|job_?title|title|position|job|function|profile|stelle|rolle")),
        _text("manager", (1.0, "manager|manager_?(id|email|user_?id|external_id)|reports_to|supervisor|line_manager|boss|vorgesetzt.*")),
        _of(FieldKind.DATE, "start", (1.0, "start|start_?date|hire_?date|hired(_at|_on)?|joined(_at|_on)?|join_date|entry_date|eintritt.*"), (0.6, "created_at|signup_date|date_registration|first_day")),
        _of(FieldKind.DATE, "end", (1.0, "end|end_?date|leave_?date|left(_at|_on)?|termination_?date|exit_date|austritt.*|last_day|deactivated_at")),
        _text("location", (1.0, "location|office|site|city|standort"), (0.7, "country|region|branch")),
        _text("account", *ACCOUNT_NAMES),
        _of(FieldKind.DAYS, "days_a_week", (1.0, "(work(ing)?_?)?days_?(a|per)_?week|weekly_(work(ing)?_)?days|arbeitstage(_pro_woche)?")),
        _of(FieldKind.DATE, "leave_start", (1.0, "(leave|absence|absent|away)_?(start|from|begin)(_date)?|abwesend_(ab|von)")),
        _of(FieldKind.DATE, "leave_end", (1.0, "(leave|absence|absent|away)_?(end|to|until)(_date)?|abwesend_bis")),
    ),
    RecordKind.CONTRACTS: (
        _text("external_id", (1.0, "contract_?(id|no|number)|subscription_?id|agreement_?id|order_?id|vertragsnummer"), (0.8, "id|external_id|contract|subscription|key|number"), required=True),
        _text("account", *ACCOUNT_NAMES, required=True),
        _text("product", (1.0, "product|product_?(id|name|code)|sku|produkt"), (0.6, "app|application|item")),
        _of(FieldKind.COUNT, "seats", (1.0, "seats|licen[sc]es|licen[sc]ed_users|seat_count|entitled(_seats)?|quantity|qty|users|anzahl|lizenzen"), (0.6, "number_of_(seats|users|licen[sc]es)")),
        _of(FieldKind.MONEY, "price", (1.0, "price|amount|mrr|mrr_amount|contract_value|price_per_seat|seat_price|preis|betrag"), (0.8, "arr|arr_amount|acv|tcv|value|monthly_price|annual_price|yearly_price|fee|total")),
        _text("currency", (1.0, "currency|currency_code|iso_currency|waehrung|währung")),
        _of(FieldKind.PERIOD, "billing_period", (1.0, "billing_?(period|frequency|interval|cycle)|payment_(frequency|interval)|frequency|interval|invoice_period")),
        _of(FieldKind.DATE, "start", (1.0, "start|start_?date|contract_start|valid_from|begin|effective_date|beginn"), (0.6, "signup_date|signed_(at|on)")),
        _of(FieldKind.DATE, "end", (1.0, "end|end_?date|contract_end|valid_(to|until)|expir(y|es|ation)(_date|_at)?|renewal_date|ende")),
        _of(FieldKind.DATE, "notice_date", (1.0, "notice|notice_?date|cancel_by|notice_deadline|notice_until|kuendigungsfrist|kündigungsfrist")),
        _of(FieldKind.DECISION, "decision", (1.0, "renewal_?(decision|status|outcome)|decision|outcome"), (0.8, "churned|churn_?flag|is_churned|churn"), (0.4, "status|state")),
    ),
    RecordKind.PRODUCTS: (
        _text("product", (1.0, "product|product_?(id|name)|app|application|system|produkt"), required=True),
        _text("module", (1.0, "module|module_?(id|name)|component|area|modul")),
        _text("action", (1.0, "action|action_?(id|name)|event|event_?name|activity|feature|aktion")),
        _of(FieldKind.TRUTH, "is_value_action", (1.0, "is_value_action|value_action|is_value|valuable|value|core|core_action|wertaktion")),
        _text("description", (1.0, "description|meaning|note|notes|label|beschreibung|comment")),
    ),
}  # fmt: skip

PERIOD_WORDS: dict[str, Period] = {
    **dict.fromkeys(("month", "monthly", "m", "1", "monat", "monatlich", "mensuel"), Period.MONTH),
    **dict.fromkeys(("quarter", "quarterly", "q", "3", "quartal", "quartalsweise"), Period.QUARTER),
    **dict.fromkeys(
        ("year", "yearly", "annual", "annually", "y", "12", "jahr", "jährlich"), Period.YEAR
    ),
    **dict.fromkeys(("term", "once", "upfront", "prepaid", "one-off", "einmalig"), Period.TERM),
}

DECISION_WORDS: dict[str, RenewalDecision] = {
    **dict.fromkeys(("pending", "open", "undecided", "due", "offen"), RenewalDecision.PENDING),
    **dict.fromkeys(("renewed", "renewal", "won", "extended"), RenewalDecision.RENEWED),
    **dict.fromkeys(
        ("expanded", "expansion", "upsell", "upsold", "upgraded"), RenewalDecision.EXPANDED
    ),
    **dict.fromkeys(
        ("contracted", "contraction", "downsell", "downgraded", "reduced"),
        RenewalDecision.CONTRACTED,
    ),
    **dict.fromkeys(
        ("churned", "churn", "lost", "cancelled", "canceled", "terminated", "gekündigt"),
        RenewalDecision.CHURNED,
    ),
}


def span_in_name(column: str) -> Period | None:
    """The span that an amount covers, if its column's name says so (``mrr``: a month)."""
    for words, period in (
        (("mrr", "month", "monat"), Period.MONTH),
        (("quarter",), Period.QUARTER),
        (("arr", "acv", "annual", "year", "jahr"), Period.YEAR),
        (("tcv", "total"), Period.TERM),
    ):
        if any(word in column for word in words):
            return period
    return None


def is_price_per_seat(column: str) -> bool:
    """Whether a column's name says that the amount is for one seat."""
    return any(word in column for word in ("per_seat", "seat_price", "per_user", "unit_price"))

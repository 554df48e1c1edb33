"""Accounts, people, contracts, products, populations and what is on record, over the API."""

from __future__ import annotations

from collections.abc import Sequence

from ninja import Query

from uptake.capabilities.customers import actions, imports, queries
from uptake.capabilities.customers.api_notes import (
    ChangeQuery,
    ChangeShape,
    DeploymentQuery,
    DeploymentShape,
    DiscoveryShape,
    GoLive,
    NewChange,
    NewDiscovery,
    NewNote,
    NewSuccess,
    NoteShape,
    OfAccount,
    SuccessShape,
)
from uptake.capabilities.customers.api_populations import (
    PopulationRules,
    PopulationShape,
    PopulationSize,
    RuleShape,
    WantedPopulation,
)
from uptake.capabilities.customers.api_shapes import (
    AccountQuery,
    AccountShape,
    ActionShape,
    ContractQuery,
    ContractShape,
    ListedPerson,
    PersonQuery,
    PersonShape,
    ProductShape,
    Records,
    Taken,
)
from uptake.capabilities.customers.populations import read_rules
from uptake.capabilities.customers.terms import visible_discoveries, visible_notes
from uptake.formats.records import AccountRecord, ContractRecord, PersonRecord, ProductRecord
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.lake import open_lake

READ, WRITE = Permission.CUSTOMERS_READ, Permission.CUSTOMERS_WRITE
IMPORT, PEOPLE = Permission.IMPORTS_RUN, Permission.PEOPLE_READ
BY_NAME = ("external_id",)

accounts = Endpoints("Accounts")
people = Endpoints("People and populations")
contracts = Endpoints("Contracts and products")
record = Endpoints("Deployments and what is on record")


# --- accounts ----------------------------------------------------------------------------------


@accounts.get("/accounts", answers=Listed[AccountShape], needs=READ)
def list_accounts(request: ApiRequest, asked: Query[AccountQuery]) -> Listed[AccountShape]:
    """List accounts, by identifier.

    A caller who is limited to an account sees that one and what is below it.
    """
    rows = queries.visible_accounts(request.actor).select_related("parent")
    if asked.parent:
        rows = rows.filter(parent__external_id=asked.parent)
    if asked.segment:
        rows = rows.filter(segment=asked.segment)
    if asked.owner:
        rows = rows.filter(owner=asked.owner)
    return page_of_rows(rows, asked, order=BY_NAME, show=AccountShape.of)


@accounts.get("/accounts/{path:account}", answers=AccountShape, needs=READ)
def get_account(request: ApiRequest, account: str) -> AccountShape:
    """Show one account."""
    return AccountShape.of(queries.access_account(request.actor, account))


@accounts.post("/accounts", answers=Taken, needs=IMPORT)
def upsert_accounts(request: ApiRequest, body: Records[AccountShape]) -> Taken:
    """Take over accounts.

    They may come in any order; one whose parent nobody knows is refused, the others are taken.
    """
    rows = [AccountRecord(**r.model_dump(), line=i) for i, r in enumerate(body.records, 1)]
    return Taken.of(imports.import_accounts(request.actor, rows, dry_run=body.dry_run))


# --- people and populations --------------------------------------------------------------------


@people.get("/people", answers=Listed[ListedPerson], needs=PEOPLE)
def list_people(request: ApiRequest, asked: Query[PersonQuery]) -> Listed[ListedPerson]:
    """List people as they are on record, by identifier.

    Records only: figures of named people are not to be had here.
    """
    rows = queries.visible_people(request.actor).select_related("account", "team", "manager")
    rows = rows.prefetch_related("other_rows")
    if asked.account:
        rows = rows.filter(account__external_id=asked.account)
    if asked.team:
        rows = rows.filter(team__external_id=asked.team)
    if asked.role:
        rows = rows.filter(role=asked.role)
    return page_of_rows(rows, asked, order=BY_NAME, show=ListedPerson.of)


@people.get("/people/{path:person}", answers=ListedPerson, needs=PEOPLE)
def get_person(request: ApiRequest, person: str) -> ListedPerson:
    """Show one person, by any of their identifiers, as they are on record."""
    return ListedPerson.of(queries.access_person(request.actor, person))


@people.post("/people", answers=Taken, needs=IMPORT)
def upsert_people(request: ApiRequest, body: Records[PersonShape]) -> Taken:
    """Take over people; teams come into being as they are named.

    A person of an unknown account, or one who was erased, is refused. One whose manager is unknown
    is taken without and remarked on.
    """
    rows = [PersonRecord(**r.model_dump(), line=i) for i, r in enumerate(body.records, 1)]
    with open_lake() as lake:
        return Taken.of(imports.import_people(request.actor, rows, lake=lake, dry_run=body.dry_run))


@people.get("/populations", answers=Listed[PopulationShape], needs=READ)
def list_populations(request: ApiRequest, asked: Query[Paging]) -> Listed[PopulationShape]:
    """List populations, the one that counts first first."""
    rows = queries.visible_populations(request.actor)
    return page_of_rows(rows, asked, order=("precedence", "name"), show=PopulationShape.of)


@people.post("/populations/preview", answers=PopulationSize, needs=Permission.POPULATIONS_WRITE)
def preview_population(request: ApiRequest, body: PopulationRules) -> PopulationSize:
    """Count who would fit rules, before they are kept. Nothing is written."""
    rules = read_rules(_plain(body.rules))
    return _size(request.actor, queries.count_fitting(request.actor, rules))


@people.get("/populations/{path:name}/size", answers=PopulationSize, needs=READ)
def count_population(request: ApiRequest, name: str) -> PopulationSize:
    """Count who is in a population."""
    population = queries.access_population(request.actor, name)
    return _size(request.actor, queries.count_members(request.actor, population))


@people.get("/populations/{path:name}/people", answers=Listed[PersonShape], needs=PEOPLE)
def list_members_of_population(
    request: ApiRequest, name: str, asked: Query[Paging]
) -> Listed[PersonShape]:
    """List who is in a population, by identifier."""
    population = queries.access_population(request.actor, name)
    found = queries.members(request.actor, population)
    return page_of(found, asked, key=lambda person: person.external_id, show=PersonShape.of)


@people.get("/populations/{path:name}", answers=PopulationShape, needs=READ)
def get_population(request: ApiRequest, name: str) -> PopulationShape:
    """Show one population."""
    return PopulationShape.of(queries.access_population(request.actor, name))


@people.put("/populations/{path:name}", answers=PopulationShape, needs=Permission.POPULATIONS_WRITE)
def define_population(request: ApiRequest, name: str, body: WantedPopulation) -> PopulationShape:
    """Define a population, or change it."""
    defined = actions.define_population(
        request.actor,
        name,
        rules=_plain(body.rules),
        goal=body.goal,
        days_a_week=body.days_a_week,
        precedence=body.precedence,
    )
    return PopulationShape.of(defined)


def _plain(rules: Sequence[RuleShape]) -> list[dict[str, object]]:
    return [rule.model_dump(mode="json") for rule in rules]


def _size(actor: Actor, people_found: int) -> PopulationSize:
    """Hide small numbers from whoever may not see the people themselves."""
    if people_found < actor.workspace.minimum_group and not actor.may(PEOPLE):
        return PopulationSize(people=None, state="suppressed")
    return PopulationSize(people=people_found, state="measured")


# --- contracts and products --------------------------------------------------------------------


@contracts.get("/contracts", answers=Listed[ContractShape], needs=Permission.CONTRACTS_READ)
def list_contracts(request: ApiRequest, asked: Query[ContractQuery]) -> Listed[ContractShape]:
    """List contracts with their prices, by identifier."""
    rows = queries.visible_contracts(request.actor).select_related("account", "product")
    if asked.account:
        rows = rows.filter(account__external_id=asked.account)
    return page_of_rows(rows, asked, order=BY_NAME, show=ContractShape.of)


@contracts.post("/contracts", answers=Taken, needs=IMPORT)
def upsert_contracts(request: ApiRequest, body: Records[ContractShape]) -> Taken:
    """Take over contracts; one of an unknown account or product is refused."""
    rows = [ContractRecord(**r.model_dump(), line=i) for i, r in enumerate(body.records, 1)]
    return Taken.of(imports.import_contracts(request.actor, rows, dry_run=body.dry_run))


@contracts.get("/products", answers=Listed[ProductShape], needs=READ)
def list_products(request: ApiRequest, asked: Query[Paging]) -> Listed[ProductShape]:
    """List products, by identifier."""
    rows = queries.visible_products(request.actor)
    return page_of_rows(rows, asked, order=BY_NAME, show=ProductShape.model_validate)


@contracts.get("/actions", answers=Listed[ActionShape], needs=READ)
def list_actions(request: ApiRequest, asked: Query[Paging]) -> Listed[ActionShape]:
    """List what can be done in the products, in the order in which it became known."""
    rows = queries.visible_actions(request.actor).select_related("product", "module")
    return page_of_rows(rows, asked, order=("id",), show=ActionShape.of)


@contracts.post("/products", answers=Taken, needs=IMPORT)
def upsert_products(request: ApiRequest, body: Records[ActionShape]) -> Taken:
    """Take over products, modules and actions; what one hangs from comes into being with it."""
    rows = [ProductRecord(**r.model_dump(), line=i) for i, r in enumerate(body.records, 1)]
    return Taken.of(imports.import_products(request.actor, rows, dry_run=body.dry_run))


# --- deployments, changes, discoveries, success ------------------------------------------------


@record.get("/deployments", answers=Listed[DeploymentShape], needs=READ)
def list_deployments(request: ApiRequest, asked: Query[DeploymentQuery]) -> Listed[DeploymentShape]:
    """List the deployments on record with their go-live, in the order in which they were recorded.

    How each stands is in the portfolio.
    """
    rows = queries.visible_deployments(request.actor).select_related("account", "product")
    if asked.account:
        rows = rows.filter(account__external_id=asked.account)
    if asked.product:
        rows = rows.filter(product__external_id=asked.product)
    return page_of_rows(rows, asked, order=("id",), show=DeploymentShape.of)


@record.post("/go-lives", answers=DeploymentShape, needs=WRITE)
def record_go_live(request: ApiRequest, body: GoLive) -> DeploymentShape:
    """Write down when an account went live with a product; a second one corrects the day."""
    recorded = actions.record_go_live(request.actor, body.account, body.product, day=body.day)
    return DeploymentShape.of(recorded)


@record.get("/changes", answers=Listed[ChangeShape], needs=READ)
def list_changes(request: ApiRequest, asked: Query[ChangeQuery]) -> Listed[ChangeShape]:
    """List go-lives, reorganisations, releases and the like, the newest first."""
    rows = queries.visible_changes(request.actor).select_related("account", "product")
    if asked.account:
        rows = rows.filter(account__external_id=asked.account)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return page_of_rows(rows, asked, order=("-happened_on", "-id"), show=ChangeShape.of)


@record.post("/changes", answers=ChangeShape, needs=WRITE)
def record_change(request: ApiRequest, body: NewChange) -> ChangeShape:
    """Log a change that bears on adoption; the same one is kept once."""
    logged = actions.record_change(
        request.actor,
        body.kind,
        day=body.day,
        account=body.account,
        product=body.product,
        description=body.description,
    )
    return ChangeShape.of(logged)


@record.get("/discoveries", answers=Listed[DiscoveryShape], needs=Permission.METRICS_READ)
def list_discoveries(request: ApiRequest, asked: Query[OfAccount]) -> Listed[DiscoveryShape]:
    """List what was learnt about an account, the newest first."""
    queries.access_account(request.actor, asked.account)
    found = visible_discoveries(request.actor, asked.account)
    return page_of(found, asked, key=lambda row: str(row.pk), show=DiscoveryShape.of)


@record.post("/discoveries", answers=DiscoveryShape, needs=WRITE)
def record_discovery(request: ApiRequest, body: NewDiscovery) -> DiscoveryShape:
    """Keep what was learnt about an account; earlier records stay."""
    learnt = actions.Discovered(**body.model_dump(exclude={"account", "day"}))
    kept = actions.record_discovery(request.actor, body.account, day=body.day, learnt=learnt)
    return DiscoveryShape.of(kept)


@record.get("/notes", answers=Listed[NoteShape], needs=Permission.METRICS_READ)
def list_notes(request: ApiRequest, asked: Query[OfAccount]) -> Listed[NoteShape]:
    """List the notes about an account, the newest first."""
    queries.access_account(request.actor, asked.account)
    found = visible_notes(request.actor, asked.account)
    return page_of(found, asked, key=lambda row: str(row.pk), show=NoteShape.of)


@record.post("/notes", answers=NoteShape, needs=WRITE)
def write_note(request: ApiRequest, body: NewNote) -> NoteShape:
    """Keep a few words about an account; they stand on its timeline."""
    kept = actions.write_note(
        request.actor, body.account, day=body.day, text=body.text, product=body.product
    )
    return NoteShape.of(kept)


@record.post("/success-definitions", answers=SuccessShape, needs=WRITE)
def define_success(request: ApiRequest, body: NewSuccess) -> SuccessShape:
    """Write down what an executive calls success so many years after go-live."""
    told = body.model_dump(exclude={"deployment"})
    return SuccessShape.of(actions.define_success(request.actor, body.deployment, **told))


ROUTERS = (accounts.router, people.router, contracts.router, record.router)

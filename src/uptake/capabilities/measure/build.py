"""Build an adoption picture from a snapshot: of a single file, or of one account of the lake."""

from __future__ import annotations

from uptake.capabilities.measure import curves, findings, gaps, parts, readings, states
from uptake.capabilities.measure.ground import Ground, Question, lay_ground
from uptake.capabilities.measure.picture import AdoptionPicture, Source, WeekPattern
from uptake.metrics.attributes import Attributes
from uptake.metrics.measurement import Dimension, Measurement
from uptake.metrics.relations import LakeView

USED_SIDES = (Dimension.MANNER, Dimension.TIMING, Dimension.QUALITY, Dimension.FREQUENCY)


def build_picture(
    snapshot: LakeView,
    *,
    source: Source,
    attributes: Attributes | None = None,
    question: Question | None = None,
) -> AdoptionPicture:
    """Return everything there is to say about a snapshot, or about one account of it.

    Groups are the accounts of the snapshot, or the teams of the people inside one account. Without
    a question: everything, up to the last day that can be judged.
    """
    ground = lay_ground(snapshot, attributes, source, question or Question())
    basis = ground.basis
    overall = parts.everyone(ground)
    judged = states.judge(ground)
    material = _material(ground, overall, judged, parts.pattern(ground, source))
    return AdoptionPicture(
        source=source,
        summary=ground.summary,
        basis=basis,
        weeks=parts.weeks(ground),
        active=parts.of(overall, "adoption_rate"),
        sides=tuple(parts.side(ground, dimension, overall) for dimension in USED_SIDES),
        overall=judged.overall,
        groups=judged.groups,
        courses=judged.courses,
        retention=curves.retention(ground.relations, basis.window),
        ramp=parts.ramp(ground, overall),
        concentration=material.concentration,
        pattern=material.pattern,
        measurements=(*overall, *judged.measurements),
        findings=findings.look(material),
        warnings=ground.extraction.warnings,
        gaps=gaps.gaps(parts.known(ground, source)),
        seats=parts.seats(ground.relations, overall),
        suppressed_groups=sum(group.suppressed for group in judged.groups),
    )


def _material(
    ground: Ground,
    overall: list[Measurement],
    judged: states.Judged,
    pattern: WeekPattern | None,
) -> findings.Material:
    window, by = ground.basis.window, ground.by
    people = readings.people_use(ground.relations, window)
    in_scope = int(parts.of(overall, "adoption_rate").denominator or 0)
    return findings.Material(
        window=window,
        trusted=ground.basis.trusted,
        people=people,
        in_scope=in_scope,
        belonging=readings.belonging(ground.relations, window),
        groups=judged.groups,
        group_use=readings.group_use(ground.relations, by, window) if by else None,
        concentration=parts.concentration(people, in_scope),
        pattern=pattern,
        free_days=tuple(sorted(set(range(7)) - ground.relations.calendar.weekdays)),
        overall=overall,
    )

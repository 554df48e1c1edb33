"""The processes that come with the product can be used as they are."""

from __future__ import annotations

import pytest

from tests.methods.process.trees import accepted
from uptake.capabilities.process.intended_checking import check_alone
from uptake.capabilities.process.intended_files import read_intended
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.capabilities.process.samples import sample_names, sample_process, sample_text
from uptake.simulate.catalogue import DESIGNED_PATH

KINDS = {"crm", "service-desk", "learning", "project-tracker", "simulated"}


def test_there_is_a_process_for_each_kind_of_system():
    found = {kind for kind in KINDS if any(name.startswith(kind) for name in sample_names())}

    assert found == KINDS


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_is_read_has_an_owner_is_not_odd_and_survives_being_written(name):
    process = sample_process(name)

    assert process.owner
    assert not process.is_proposed
    assert check_alone(process) == ()
    assert set(process.roles) <= set(process.modelled())
    assert {said.rule.first for said in process.rules} <= set(process.modelled())
    assert read_intended(intended_yaml(process), name="again.yaml") == process


def test_the_simulated_service_case_is_the_path_that_was_designed():
    process = sample_process("simulated-service-case")

    assert process.modelled() == DESIGNED_PATH
    assert accepted(process.as_net(), DESIGNED_PATH)
    assert not accepted(process.as_net(), DESIGNED_PATH[:-2])


def test_a_name_that_is_none_is_refused():
    with pytest.raises(KeyError):
        sample_text("../process")

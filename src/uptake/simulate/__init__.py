"""A simulated vendor with known truth: demo data and test oracle.

``simulate(config)`` plans it, ``batches()`` streams its events, ``write`` puts it into a folder.
docs/reference/simulation.md documents every mechanism and formula.
"""

from uptake.simulate.config import InvalidSimulation, SimulatedKind, SimulationConfig
from uptake.simulate.vendor import SimulatedVendor, simulate
from uptake.simulate.writing import WrittenVendor, write

__all__ = [
    "InvalidSimulation",
    "SimulatedKind",
    "SimulatedVendor",
    "SimulationConfig",
    "WrittenVendor",
    "simulate",
    "write",
]

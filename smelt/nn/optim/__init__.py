"""Optimizers: each says how one parameter's new value follows from its gradient and its state.

Where one parameter's update is elementwise, it is one kernel. Learning rates change by schedules
(`lr_scheduler`) or by setting `lr`; neither makes a captured step be traced anew.
"""

from smelt.nn.optim import lr_scheduler as lr_scheduler
from smelt.nn.optim.adafactor import Adafactor as Adafactor
from smelt.nn.optim.adam import LAMB as LAMB
from smelt.nn.optim.adam import Adam as Adam
from smelt.nn.optim.adam import AdamW as AdamW
from smelt.nn.optim.base import Optimizer as Optimizer
from smelt.nn.optim.base import OptimizerGroup as OptimizerGroup
from smelt.nn.optim.muon import Muon as Muon
from smelt.nn.optim.sgd import LARS as LARS
from smelt.nn.optim.sgd import SGD as SGD

"""Transforms of graphs: reverse mode, forward mode and batching, one table of rules for each."""

from smelt.autograd.backward import gradients as gradients
from smelt.autograd.rules import GRADIENT as GRADIENT

"""Reverse-mode differentiation: one table of rules, one pass over the graph."""

from smelt.autograd.backward import gradients as gradients
from smelt.autograd.rules import GRADIENT as GRADIENT

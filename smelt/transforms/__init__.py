"""Functions of tensors made into others: derivatives, batches, recomputation.

Each runs the function once on stand-ins for its arguments, so that what comes out is a graph, maps
that graph (smelt/autograd/), and puts the arguments in place of the stand-ins.
"""

from smelt.transforms.derivatives import grad as grad
from smelt.transforms.derivatives import jvp as jvp
from smelt.transforms.derivatives import value_and_grad as value_and_grad
from smelt.transforms.derivatives import vjp as vjp
from smelt.transforms.jacobians import hessian as hessian
from smelt.transforms.jacobians import jacfwd as jacfwd
from smelt.transforms.jacobians import jacrev as jacrev
from smelt.transforms.mapping import vmap as vmap
from smelt.transforms.recompute import checkpoint as checkpoint

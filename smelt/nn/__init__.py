"""Neural networks: layers, optimizers, saving and loading, data to try them on."""

from smelt.nn import datasets as datasets
from smelt.nn import optim as optim
from smelt.nn import state as state
from smelt.nn.layers import BatchNorm as BatchNorm
from smelt.nn.layers import BatchNorm1d as BatchNorm1d
from smelt.nn.layers import BatchNorm2d as BatchNorm2d
from smelt.nn.layers import BatchNorm3d as BatchNorm3d
from smelt.nn.layers import Conv1d as Conv1d
from smelt.nn.layers import Conv2d as Conv2d
from smelt.nn.layers import Embedding as Embedding
from smelt.nn.layers import GroupNorm as GroupNorm
from smelt.nn.layers import LayerNorm as LayerNorm
from smelt.nn.layers import Linear as Linear
from smelt.nn.layers import RMSNorm as RMSNorm

"""From a Tensor to machine code in one file: `python docs/tour.py`.

Each part prints what one stage makes of `(a @ b + c).relu()`, and names where that stage lives.
"""

import numpy as np

from smelt import Tensor
from smelt.engine.compile import source_of, transformed
from smelt.ir.node import toposort
from smelt.ir.printer import format_graph, format_kernel
from smelt.ir.simplify import simplify
from smelt.kernel.cost import cost
from smelt.render.compile import assembly, compile_source, host_target
from smelt.schedule.lower import schedule


def heading(title: str, where: str) -> None:
    print(f"\n== {title}  ({where})\n")


def head(text: str, lines: int) -> str:
    all_lines = text.splitlines()
    rest = len(all_lines) - lines
    return "\n".join(all_lines[:lines] + ([f"... and {rest} more lines"] if rest > 0 else []))


# What a user writes. Nothing is computed yet: a Tensor is a node of a graph.
rng = np.random.default_rng(0)
a_values, b_values, c_values = (
    rng.standard_normal(shape, np.float32) for shape in ((64, 96), (96, 128), (128,))
)
a, b, c = (Tensor(values).realize() for values in (a_values, b_values, c_values))
result = (a @ b + c).relu()

heading("the graph", "smelt/tensor/ makes it, smelt/ir/node.py is what it is made of")
print(format_graph([result.node]))

heading("the graph, simplified", "smelt/ir/simplify.py: tables of rules, applied to a fixpoint")
simplified = simplify(result.node)
print(f"{len(toposort([result.node]))} nodes, then {len(toposort([simplified]))}")
print(format_graph([simplified]))

heading("the schedule", "smelt/schedule/: which nodes share a kernel, and in which order")
scheduled = schedule([result.node])
print(f"{len(scheduled.kernels)} kernel: product, sum, bias and relu are fused")
kernel = scheduled.kernels[0].kernel
print(format_kernel(kernel))
price = cost(kernel)
print(f"{price.flops:,} FLOPs, {price.bytes_read:,} bytes read, {price.bytes_written:,} written")

heading("the kernel, transformed", "smelt/kernel/: the same meaning, its loops made fast")
target = host_target()
fast, transforms = transformed(kernel, target)
for transform in transforms:
    print(f"  {transform}")
print(format_kernel(fast))

heading("LLVM IR", "smelt/render/llvm.py")
source = source_of(kernel, target)
print(head(source.text, 40))

heading("machine code", f"smelt/render/compile.py, for {target.cpu}")
print(f"an object of {len(compile_source(source, target)):,} bytes; of its assembly:")
text = assembly(source, target).splitlines()
inner = next((i for i, line in enumerate(text) if "fma" in line or "mul" in line), 0)
print("\n".join(text[max(0, inner - 2) : inner + 18]))

heading("the result", "smelt/engine/ runs it, smelt/runtime/ on the pool of threads")
computed = result.numpy()
print(result)

expected = np.maximum(a_values @ b_values + c_values, 0)
assert np.allclose(computed, expected, atol=1e-4)
print(f"largest difference from numpy: {np.abs(computed - expected).max():.1e}")

"""A small GPT that learns to write like a text, character by character.

python examples/gpt.py                       # the text is smelt's own documentation
python examples/gpt.py --text some_book.txt --steps 2000

Formula: A. Radford et al.: Language Models are Unsupervised Multitask Learners, 2019.
"""

import argparse
from pathlib import Path

from smelt import Tensor, jit, nn

CONTEXT = 32
HERE = Path(__file__).parent.parent


class Block:
    """Attention, then a perceptron, each added to what went in."""

    def __init__(self, dim: int, heads: int) -> None:
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def __call__(self, x: Tensor) -> Tensor:
        batch, time, dim = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(batch, time, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (B, H, T, dim / H)
        h = q.scaled_dot_product_attention(k, v, is_causal=True)
        x = x + self.proj(h.transpose(1, 2).reshape(batch, time, dim))
        return x + self.down(self.up(self.norm2(x)).gelu())


class GPT:
    def __init__(self, vocabulary: int, dim: int = 64, heads: int = 4, layers: int = 2) -> None:
        self.token, self.place = nn.Embedding(vocabulary, dim), nn.Embedding(CONTEXT, dim)
        self.blocks = [Block(dim, heads) for _ in range(layers)]
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, vocabulary, bias=False)

    def __call__(self, ids: Tensor) -> Tensor:
        """ids: (B, T), result: the logits of each next one, (B, T, vocabulary)."""
        x = self.token(ids) + self.place(Tensor.arange(int(ids.shape[1])))
        return self.head(self.norm(x.sequential(self.blocks)))


def write(model: GPT, ids: list[int], count: int) -> list[int]:
    """`count` more ids, each drawn from what the model expects after the last CONTEXT ones."""

    @jit
    def following(window: Tensor) -> Tensor:
        return model(window)[0, -1].softmax().multinomial()

    for _ in range(count):
        ids = [*ids, following(Tensor([ids[-CONTEXT:]])).item()]
    return ids


def main(text: str | None = None, steps: int = 300, batch_size: int = 16) -> float:
    Tensor.manual_seed(0)
    paths = [Path(text)] if text else sorted(HERE.glob("docs/*.md"))
    corpus = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    letters = sorted(set(corpus))
    number = {letter: i for i, letter in enumerate(letters)}
    data = Tensor([number[letter] for letter in corpus])
    model = GPT(len(letters))
    optimizer = nn.optim.AdamW(nn.state.get_parameters(model), lr=3e-3)
    print(f"{len(corpus):,} characters, {len(letters)} different ones")

    @jit
    def step() -> Tensor:
        start = Tensor.randint(batch_size, 1, high=len(data) - CONTEXT)
        window = data[start + Tensor.arange(CONTEXT + 1)]  # (B, T + 1)
        optimizer.zero_grad()
        loss = model(window[:, :-1]).flatten(0, 1).cross_entropy(window[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(optimizer.params, 1.0)
        optimizer.step()
        return loss

    recent: list[Tensor] = []
    for i in range(1, steps + 1):
        recent = [*recent[-49:], step()]
        if i % 50 == 0:
            print(f"step {i:4}  loss {Tensor.stack(recent).mean().item():.3f}")

    prompt = [number[letter] for letter in corpus[:CONTEXT]]
    print("".join(letters[i] for i in write(model, prompt, 100)))
    return float(Tensor.stack(recent).mean().item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", help="a text file to learn from")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch-size", type=int, default=16)
    main(**vars(parser.parse_args()))

"""A transformer that sorts digits, and writes its answer with a cache of keys and values.

python examples/generate.py

Reads "3 1 2 =" and goes on with "1 2 3", one token a step. Each step is the same captured program:
how far it is, is a Variable, so that the program serves all lengths.
"""

import argparse

from smelt import SymInt, Tensor, Variable, jit, nn

COUNT, DIGITS = 6, 10
EQUALS = DIGITS  # the token between the question and the answer
LENGTH = 2 * COUNT  # the question, the sign, the answer without its last digit


class Block:
    """Attention and a perceptron; remembers the keys and values of what it has read."""

    def __init__(self, dim: int, heads: int) -> None:
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, 2 * dim), nn.Linear(2 * dim, dim)

    def __call__(self, x: Tensor, cache: Tensor | None, start: int | SymInt) -> Tensor:
        """x: (B, T, dim) at `start`; cache: keys and values (2, B, H, LENGTH, dim / H), or None."""
        batch, time, dim = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(batch, time, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (B, H, T, dim / H)
        if cache is not None:
            cache[:, :, :, start : start + time] = Tensor.stack(k, v)
            k, v = cache[:, :, :, : start + time]  # (B, H, start + T, dim / H)
        h = q.scaled_dot_product_attention(k, v, is_causal=cache is None)
        x = x + self.proj(h.transpose(1, 2).reshape(batch, time, dim))
        return x + self.down(self.up(self.norm2(x)).gelu())


class Transformer:
    def __init__(self, dim: int = 64, heads: int = 4, layers: int = 2) -> None:
        self.token, self.place = nn.Embedding(DIGITS + 1, dim), nn.Embedding(LENGTH, dim)
        self.blocks = [Block(dim, heads) for _ in range(layers)]
        self.head = nn.Linear(dim, DIGITS)
        self.cache_shape = (2, 1, heads, LENGTH, dim // heads)

    def __call__(
        self, ids: Tensor, caches: list[Tensor] | None = None, start: int | SymInt = 0
    ) -> Tensor:
        """The logits of what follows each id, (B, T, DIGITS)."""
        x = self.token(ids) + self.place(Tensor.arange(int(ids.shape[1])) + start)
        for i, block in enumerate(self.blocks):
            x = block(x, None if caches is None else caches[i], start)
        return self.head(x)

    def empty_caches(self) -> list[Tensor]:
        return [Tensor.zeros(*self.cache_shape).contiguous().realize() for _ in self.blocks]


def questions(count: int) -> tuple[Tensor, Tensor]:
    """What is read (count, LENGTH) and what should follow from the sign on (count, COUNT)."""
    digits = Tensor.randint(count, COUNT, high=DIGITS)
    answer, _ = digits.sort()
    sign = Tensor.full((count, 1), EQUALS)
    return digits.cat(sign, answer[:, :-1], dim=1), answer


def train(model: Transformer, steps: int, batch_size: int) -> None:
    optimizer = nn.optim.Adam(nn.state.get_parameters(model), lr=3e-3)

    @jit
    def step() -> Tensor:
        ids, answer = questions(batch_size)
        optimizer.zero_grad()
        logits = model(ids)[:, COUNT:]
        loss = logits.flatten(0, 1).cross_entropy(answer.flatten())
        loss.backward()
        optimizer.step()
        return loss

    for i in range(1, steps + 1):
        loss = step()
        if i % 100 == 0:
            print(f"step {i:4}  loss {loss.item():.4f}")


def main(steps: int = 300, batch_size: int = 32, answers: int = 20) -> tuple[float, int]:
    Tensor.manual_seed(0)
    model = Transformer()
    train(model, steps, batch_size)
    caches = model.empty_caches()

    @jit
    def following(token: Tensor, start: int | SymInt) -> Tensor:
        return model(token, caches, start)[0, -1].argmax()

    position = Variable("position", 0, LENGTH - 1)
    right = 0
    for _ in range(answers):
        question = Tensor.randint(COUNT, high=DIGITS).tolist()
        ids = [*question, EQUALS]
        for i in range(LENGTH):
            token = following(Tensor([[ids[i]]]), position.bind(i)).item()
            ids += [token] if i >= COUNT else []  # what follows inside the question is given
        right += ids[COUNT + 1 :] == sorted(question)
    print(f"{question} = {ids[COUNT + 1 :]}; {right} of {answers} are right")
    return right / answers, len(following.captures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--answers", type=int, default=20)
    main(**vars(parser.parse_args()))

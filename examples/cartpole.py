"""A policy that learns to balance a pole on a cart, from trial and error.

python examples/cartpole.py

The physics is tensors too: 64 carts move at a time, and a step of all of them is one program.

Equations: A. Barto, R. Sutton, C. Anderson: Neuronlike Adaptive Elements That Can Solve Difficult
Learning Control Problems, 1983. Learning: R. Williams: REINFORCE, 1992.
"""

import argparse
import math

from smelt import SymInt, Tensor, Variable, jit, nn

CARTS, LIMIT = 64, 200  # how many, and the steps after which an episode is over
GRAVITY, FORCE, SECONDS = 9.8, 10.0, 0.02  # m/s², N, s
POLE, TOTAL, LENGTH = 0.1, 1.1, 0.5  # kg, kg, half the length of the pole in m
DISCOUNT = 0.98


def move(state: Tensor, action: Tensor) -> Tensor:
    """The state (N, 4) after one step: the cart's place and speed, the pole's angle and speed."""
    _, speed, angle, turning = state.unbind(1)
    push = FORCE * (2 * action - 1)  # action 0 pushes to the left, 1 to the right
    sin, cos = angle.sin(), angle.cos()
    common = (push + POLE * LENGTH * turning.square() * sin) / TOTAL
    turn = (GRAVITY * sin - cos * common) / (LENGTH * (4 / 3 - POLE * cos.square() / TOTAL))
    drive = common - POLE * LENGTH * turn * cos / TOTAL
    change = Tensor.stack(speed, drive, turning, turn, dim=1)
    return state + SECONDS * change


def stands(state: Tensor) -> Tensor:
    """Whether the cart is on its rail and the pole within 12° of upright."""
    return (state[:, 0].abs() < 2.4) & (state[:, 2].abs() < math.radians(12))


class Policy:
    """The logits of the two actions."""

    def __init__(self, hidden: int = 32) -> None:
        self.first, self.second = nn.Linear(4, hidden), nn.Linear(hidden, 2)

    def __call__(self, state: Tensor) -> Tensor:
        return self.second(self.first(state).tanh())


def main(rounds: int = 30) -> float:
    Tensor.manual_seed(0)
    policy = Policy()
    optimizer = nn.optim.Adam(nn.state.get_parameters(policy), lr=0.02)

    # What each cart saw and did at each step, and whether its pole still stood.
    history = Tensor.zeros(LIMIT, CARTS, 6).contiguous().realize()

    @jit
    def act(state: Tensor, alive: Tensor, time: SymInt) -> tuple[Tensor, Tensor]:
        """Where one action of each cart leads, and which poles still stand."""
        action = (Tensor.rand(CARTS) < policy(state).softmax()[:, 1]).float()
        history[time] = state.cat(action.unsqueeze(1), alive.unsqueeze(1), dim=1)
        after = move(state, action)
        return after, alive * stands(after)

    @jit
    def learn() -> Tensor:
        """One step towards the actions after which poles stood for long."""
        states, actions, alive = history.split((4, 1, 1), dim=-1)  # (LIMIT, N, 4 or 1)
        actions, alive = actions.int(), alive.squeeze(-1)
        # returns[t] = the sum of DISCOUNT^(s - t) over the steps s >= t at which the pole stood.
        fade = Tensor.arange(LIMIT).float() * math.log(DISCOUNT)
        weight = (fade - fade.unsqueeze(1)).exp().triu()  # (t, s)
        returns = weight @ alive
        mean = (returns * alive).sum() / alive.sum()
        spread = ((returns - mean).square() * alive).sum() / alive.sum()
        advantage = (returns - mean) / (spread + 1e-6).sqrt()
        optimizer.zero_grad()
        chosen = policy(states).log_softmax().gather(-1, actions).squeeze(-1)
        loss = -(chosen * advantage * alive).sum() / alive.sum()
        loss.backward()
        optimizer.step()
        return alive.sum() / CARTS

    time = Variable("time", 0, LIMIT - 1)
    for i in range(1, rounds + 1):
        state = Tensor.uniform(CARTS, 4, low=-0.05, high=0.05)
        alive = Tensor.ones(CARTS)
        for t in range(LIMIT):
            state, alive = act(state, alive, time.bind(t))  # one program for every t
        steps = learn().item()
        if i % 5 == 0:
            print(f"round {i:3}  the pole stands for {steps:.0f} of {LIMIT} steps")
    return float(steps)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    main(**vars(parser.parse_args()))

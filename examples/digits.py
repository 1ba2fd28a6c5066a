"""Train a small network on scikit-learn's handwritten digits, with astgrad's gradient.

The loss is plain NumPy, and its parameters are a dict of arrays. This script

1. prints the derivative that astgrad wrote for it,
2. checks that derivative against finite differences along random directions,
3. trains by mini-batch stochastic gradient descent,
4. draws the learning curve to a PNG.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import astgrad


def loss(params, X, y):
    """Mean cross-entropy of a two-layer network's softmax."""
    h = np.tanh(X @ params["W1"] + params["b1"])
    logits = h @ params["W2"] + params["b2"]
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(y)), y])


def predict(params, X):
    h = np.tanh(X @ params["W1"] + params["b1"])
    return np.argmax(h @ params["W2"] + params["b2"], axis=1)


def load(seed):
    """Images as rows of 64 numbers in [0, 1], a quarter of them held out."""
    X, y = load_digits(return_X_y=True)
    return train_test_split(X / 16, y, test_size=0.25, random_state=seed, stratify=y)


def initial_params(rng, inputs=64, hidden=64, outputs=10):
    return {
        "W1": rng.normal(size=(inputs, hidden)) / np.sqrt(inputs),
        "b1": np.zeros(hidden),
        "W2": rng.normal(size=(hidden, outputs)) / np.sqrt(hidden),
        "b2": np.zeros(outputs),
    }


def check_gradient(params, X, y, rng, directions=5, eps=1e-5):
    """Return the largest relative error of <delta, gradient> over random unit directions delta."""
    gradient = astgrad.grad(loss)(params, X, y)
    worst = 0.0
    for _ in range(directions):
        delta = {name: rng.normal(size=value.shape) for name, value in params.items()}
        length = np.sqrt(sum(np.sum(part**2) for part in delta.values()))
        delta = {name: part / length for name, part in delta.items()}

        ahead = {name: params[name] + eps * delta[name] for name in params}
        behind = {name: params[name] - eps * delta[name] for name in params}
        difference = (loss(ahead, X, y) - loss(behind, X, y)) / (2 * eps)
        product = sum(np.sum(delta[name] * gradient[name]) for name in params)

        # The 1e-3 keeps a direction that happens to be flat from asking for too much.
        worst = max(worst, abs(product - difference) / max(abs(difference), 1e-3))
        print(f"    finite difference {difference: .10f}   astgrad {product: .10f}")
    return worst


def train(params, X, y, X_test, y_test, *, epochs, rng, rate=0.2, batch=32):
    """Update params in place; return per epoch the mean loss and the held-out accuracy."""
    value_and_grad = astgrad.value_and_grad(loss)
    losses, accuracies = [], []
    progress = tqdm(range(epochs), desc="training", unit="epoch")
    for _ in progress:
        total = 0.0
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            value, gradient = value_and_grad(params, X[rows], y[rows])
            for name, direction in gradient.items():
                params[name] -= rate * direction
            total += value * len(rows)
        losses.append(total / len(X))
        accuracies.append(np.mean(predict(params, X_test) == y_test))
        progress.set_postfix(loss=f"{losses[-1]:.4f}", accuracy=f"{accuracies[-1]:.1%}")
    return losses, accuracies


def draw(losses, accuracies, path):
    figure = Figure(figsize=(7, 4), layout="constrained")
    epochs = np.arange(1, len(losses) + 1)

    left = figure.subplots()
    left.semilogy(epochs, losses, color="tab:blue")
    left.set_xlabel("epoch")
    left.set_ylabel("training loss", color="tab:blue")

    right = left.twinx()
    right.plot(epochs, 100 * np.array(accuracies), color="tab:orange")
    right.set_ylabel("held-out accuracy in %", color="tab:orange")

    left.set_title("Handwritten digits, trained with the gradient that astgrad wrote")
    figure.savefig(path, dpi=150)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Train a digit classifier with astgrad.")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("digits.png"), help="learning curve")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")
    return arguments


def main():
    arguments = parse_arguments()
    rng = np.random.default_rng(arguments.seed)
    X, X_test, y, y_test = load(arguments.seed)
    params = initial_params(rng)

    print("The derivative of `loss` by `params`, as astgrad wrote it:\n")
    print(astgrad.grad(loss).source(params, X, y))

    print("Against central differences along random directions:")
    error = check_gradient(params, X, y, rng)
    print(f"    largest relative error: {error:.1e}\n")
    if error > 1e-5:
        raise SystemExit("the derivative is wrong")

    start = time.perf_counter()
    losses, accuracies = train(params, X, y, X_test, y_test, epochs=arguments.epochs, rng=rng)
    seconds = time.perf_counter() - start
    print(f"held-out accuracy {accuracies[-1]:.1%}, {arguments.epochs} epochs in {seconds:.1f} s")

    draw(losses, accuracies, arguments.output)
    print(f"learning curve in {arguments.output}")


if __name__ == "__main__":
    main()

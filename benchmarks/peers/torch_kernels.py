"""PyTorch as its users write it.

What is not here is the NumPy text of the case with `torch` for `np`, which has functions of
the same names.
"""

import torch
from torch.nn import functional


def sin_sum(x):
    acc = 0.0
    for i in range(len(x)):
        acc += x[i] ** 2 * torch.sin(x[i])
    return acc


def five_points(a):
    return 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])


def jacobi_2d(A, B, steps):
    A, B = A.clone(), B.clone()
    for _ in range(steps):
        B[1:-1, 1:-1] = five_points(A)
        A[1:-1, 1:-1] = five_points(B)
    return torch.sum(A * A)


def seidel_2d(A, steps):
    A = A.clone()
    n = len(A)
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                A[i, j] = (
                    A[i - 1, j - 1] + A[i - 1, j] + A[i - 1, j + 1]
                    + A[i, j - 1] + A[i, j] + A[i, j + 1]
                    + A[i + 1, j - 1] + A[i + 1, j] + A[i + 1, j + 1]
                ) / 9.0
    return torch.sum(A * A)


def vadv(stage, u, wcon, pos, tens, dtr):
    stage = stage.clone()
    K = stage.shape[2]
    ccol = torch.zeros(stage.shape)
    dcol = torch.zeros(stage.shape)
    gcv = 0.25 * (wcon[1:, :, 1] + wcon[:-1, :, 1])
    cs = 0.5 * gcv
    ccol[:, :, 0] = 0.5 * gcv
    bcol = dtr - ccol[:, :, 0]
    term = -cs * (u[:, :, 1] - u[:, :, 0])
    dcol[:, :, 0] = dtr * pos[:, :, 0] + tens[:, :, 0] + stage[:, :, 0] + term
    ccol[:, :, 0] = ccol[:, :, 0] / bcol
    dcol[:, :, 0] = dcol[:, :, 0] / bcol
    for k in range(1, K - 1):
        gav = -0.25 * (wcon[1:, :, k] + wcon[:-1, :, k])
        gcv = 0.25 * (wcon[1:, :, k + 1] + wcon[:-1, :, k + 1])
        as_ = 0.5 * gav
        cs = 0.5 * gcv
        acol = 0.5 * gav
        ccol[:, :, k] = 0.5 * gcv
        bcol = dtr - acol - ccol[:, :, k]
        term = -as_ * (u[:, :, k - 1] - u[:, :, k]) - cs * (u[:, :, k + 1] - u[:, :, k])
        dcol[:, :, k] = dtr * pos[:, :, k] + tens[:, :, k] + stage[:, :, k] + term
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = (dcol[:, :, k] - dcol[:, :, k - 1] * acol) * divided
    gav = -0.25 * (wcon[1:, :, K - 1] + wcon[:-1, :, K - 1])
    as_ = 0.5 * gav
    acol = 0.5 * gav
    bcol = dtr - acol
    term = -as_ * (u[:, :, K - 2] - u[:, :, K - 1])
    dcol[:, :, K - 1] = dtr * pos[:, :, K - 1] + tens[:, :, K - 1] + stage[:, :, K - 1] + term
    divided = 1.0 / (bcol - ccol[:, :, K - 2] * acol)
    dcol[:, :, K - 1] = (dcol[:, :, K - 1] - dcol[:, :, K - 2] * acol) * divided
    data = dcol[:, :, K - 1]
    stage[:, :, K - 1] = dtr * (data - pos[:, :, K - 1])
    for k in range(K - 2, -1, -1):
        data = dcol[:, :, k] - ccol[:, :, k] * data
        stage[:, :, k] = dtr * (data - pos[:, :, k])
    return torch.sum(stage * stage)


def cholesky(A):
    A = A.clone()
    n = len(A)
    for i in range(n):
        for j in range(i):
            A[i, j] = (A[i, j] - torch.dot(A[i, :j], A[j, :j])) / A[j, j]
        A[i, i] = torch.sqrt(A[i, i] - torch.dot(A[i, :i], A[i, :i]))
    return torch.sum(torch.tril(A) ** 2)


def lu(A):
    A = A.clone()
    n = len(A)
    for i in range(n):
        for j in range(i):
            A[i, j] = (A[i, j] - torch.dot(A[i, :j], A[:j, j])) / A[j, j]
        for j in range(i, n):
            A[i, j] = A[i, j] - torch.dot(A[i, :i], A[:i, j])
    return torch.sum(A * A)


def trisolv(L, b):
    x = torch.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - torch.dot(L[i, :i], x[:i])) / L[i, i]
    return torch.sum(x * x)


def conv2d_bias(image, weights, bias):
    out = functional.conv2d(image.permute(0, 3, 1, 2), weights.permute(3, 2, 0, 1), bias)
    return torch.sum(out**2)


def softmax(x, weights):
    return torch.sum(weights * torch.softmax(x, dim=-1))


def mlp(x, target, W1, b1, W2, b2, W3, b3):
    h1 = torch.tanh(functional.linear(x, W1.T, b1))
    h2 = torch.tanh(functional.linear(h1, W2.T, b2))
    return functional.mse_loss(functional.linear(h2, W3.T, b3), target)


mlp_16x32 = mlp_256x512 = mlp


def logistic_regression(w, b, X, y):
    return torch.mean(functional.softplus(-y * (X @ w + b))) + 0.01 * torch.sum(w * w)


def lstm(main, extra, state, sequence):
    b = sequence.shape[1]
    layers = len(main) // 2
    hidden, cell = list(state[0::2]), list(state[1::2])
    total = 0.0
    for t in range(len(sequence) - 1):
        x = sequence[t] * extra[0]
        for i in range(layers):
            weight, bias = main[2 * i], main[2 * i + 1]
            forget = torch.sigmoid(x * weight[:b] + bias[:b])
            ingate = torch.sigmoid(hidden[i] * weight[b : 2 * b] + bias[b : 2 * b])
            outgate = torch.sigmoid(x * weight[2 * b : 3 * b] + bias[2 * b : 3 * b])
            change = torch.tanh(hidden[i] * weight[3 * b :] + bias[3 * b :])
            cell[i] = cell[i] * forget + ingate * change
            hidden[i] = outgate * torch.tanh(cell[i])
            x = hidden[i]
        predicted = x * extra[1] + extra[2]
        normal = predicted - torch.log(torch.sum(torch.exp(predicted)) + 2.0)
        total = total + torch.sum(sequence[t + 1] * normal)
    return -total / ((len(sequence) - 1) * b)


def gmm(alphas, means, icf, x, index, mask, gamma, m, constant):
    n, d = x.shape
    logs = icf[:, :d]
    diagonal = torch.exp(logs)
    lower = icf[:, index] * mask
    centred = x[:, None, :] - means
    scaled = diagonal * centred + torch.einsum("kij,nkj->nki", lower, centred)
    inner = alphas + logs.sum(1) - 0.5 * torch.sum(scaled * scaled, 2)
    prior = 0.5 * gamma**2 * (torch.sum(diagonal**2) + torch.sum(icf[:, d:] ** 2))
    prior = prior - m * torch.sum(logs)
    terms = torch.logsumexp(inner, 1).sum() - n * torch.logsumexp(alphas, 0)
    return constant + terms + prior

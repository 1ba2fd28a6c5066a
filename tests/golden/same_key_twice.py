import numpy as np


def same_key_twice_grad(d):
    cat = d["cat"]
    dog = d["dog"]
    bird = d["bird"]
    # reverse
    dog_bar = np.full_like(dog, bird)
    cat_bar = 2.0 * cat
    # c = d["dog"] * b
    dog_bar += cat
    cat_bar += dog
    return ({"cat": cat_bar, "dog": dog_bar, "bird": float(np.sum(dog))},)

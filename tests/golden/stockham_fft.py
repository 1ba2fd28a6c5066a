import math
import numpy as np


def stockham_fft_grad(re, im):
    # forward
    re = re.copy()
    im = im.copy()
    n = len(re)
    half = n // 2
    re_saved = []
    half_saved = []
    stride_saved = []
    stride = 1
    trips = 0
    while half >= 1:
        re_saved.append(re)
        half_saved.append(half)
        stride_saved.append(stride)
        new_re = np.empty(n)
        new_im = np.empty(n)
        for p in range(half):
            t = 3.141592653589793 * p / half
            c = math.cos(t)
            t4 = math.sin(t)
            for q in range(stride):
                i = q + stride * p
                j = q + stride * (p + half)
                low = q + stride * 2 * p
                high = q + stride * (2 * p + 1)
                t = re[i]
                t1 = re[j]
                new_re[low] = t + t1
                t2 = im[i]
                t3 = im[j]
                new_im[low] = t2 + t3
                dr = t - t1
                di = t2 - t3
                new_re[high] = c * dr + t4 * di
                new_im[high] = c * di - t4 * dr
        half //= 2
        stride *= 2
        trips += 1
        re = new_re
        im = new_im
    t = np.cos(np.arange(n))
    # reverse
    im_bar = t * (2.0 * im)
    re_bar = t * (2.0 * re)
    for _ in range(trips):
        re = re_saved.pop()
        half = half_saved.pop()
        stride = stride_saved.pop()
        re_bar1 = np.zeros_like(re)
        im_bar1 = np.zeros_like(re)
        new_im_bar, new_re_bar, re_bar, im_bar = im_bar, re_bar, re_bar1, im_bar1
        for p in reversed(range(half)):
            t = 3.141592653589793 * p / half
            c = math.cos(t)
            t = math.sin(t)
            for q in reversed(range(stride)):
                # new_im[high] = s * dr + c * di
                high = q + stride * (2 * p + 1)
                t_bar = new_im_bar[high]
                new_im_bar[high] = 0.0
                di_bar = t_bar * c
                t_bar1 = t_bar * t
                # new_re[high] = c * dr - s * di
                t_bar = new_re_bar[high]
                new_re_bar[high] = 0.0
                di_bar += t_bar * t
                t_bar *= c
                dr_bar = t_bar - t_bar1
                # new_im[low] = im[i] + im[j]
                low = q + stride * 2 * p
                t_bar2 = new_im_bar[low]
                new_im_bar[low] = 0.0
                di_bar1 = di_bar + t_bar2
                i = q + stride * p
                j = q + stride * (p + half)
                im_bar[i] += di_bar1
                im_bar[j] += t_bar2 - di_bar
                # new_re[low] = re[i] + re[j]
                t_bar2 = new_re_bar[low]
                new_re_bar[low] = 0.0
                dr_bar += t_bar2
                re_bar[i] += dr_bar
                re_bar[j] += t_bar1 - t_bar + t_bar2
    return re_bar, im_bar

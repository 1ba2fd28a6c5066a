import math


def mandelbrot_smooth_grad(cx, cy, limit):
    # forward
    t_saved = []
    zy_saved = []
    zx_saved = []
    zx = 0.0
    zy = 0.0
    returned = False
    trips = 0
    for n in range(limit):
        zy_saved.append(zy)
        zx_saved.append(zx)
        zx1 = zx * zx - zy * zy + cx
        zy = 2 * zx * zy + cy
        radius = zx1 * zx1 + zy * zy
        done = radius > 256.0
        if done:
            t_saved.append(0.5 * math.log(radius))
        trips += 1
        zx = zx1
        returned = done
        if done:
            break
    # reverse
    if returned:
        value_bar = 1.0
    else:
        value_bar = 0.0
    zx_bar = 0.0
    zy_bar = 0.0
    cx_bar = 0.0
    cy_bar = 0.0
    for n in reversed(range(trips)):
        radius = zx * zx + zy * zy
        if radius > 256.0:
            t = t_saved.pop()
            radius_bar = -(value_bar / math.log(2) / t * 0.5 / radius)
            value_bar = 0.0
        else:
            radius_bar = 0.0
        # radius = zx * zx + zy * zy
        zy_bar += 2.0 * (radius_bar * zy)
        zx_bar += 2.0 * (radius_bar * zx)
        # zx, zy = zx * zx - zy * zy + cx, 2 * zx * zy + cy
        cy_bar += zy_bar
        zy = zy_saved.pop()
        zx = zx_saved.pop()
        zy_bar1 = zy_bar * (2 * zx)
        zx_bar1 = zy_bar * zy * 2
        cx_bar += zx_bar
        zy_bar = zy_bar1 - 2.0 * (zx_bar * zy)
        zx_bar = zx_bar1 + 2.0 * (zx_bar * zx)
    return float(cx_bar), float(cy_bar)

import math

import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def unstack(g, arrays, axis):
    return list(np.moveaxis(g, axis, 0))


def bundle_residual_grad(camera, point, weight, feature):
    camera_0 = camera[0]
    camera_1 = camera[1]
    camera_2 = camera[2]
    camera_3 = camera[3]
    camera_4 = camera[4]
    # forward
    angle = math.sqrt(np.sum(camera_0**2))
    axis = camera_0 / angle
    moved = point - camera_1
    t1 = math.cos(angle)
    t2 = moved * t1
    n = axis.shape[0]
    t3 = n == 2
    if t3:
        n1 = moved.shape[0]
        t3 = n1 == 2
    if t3:
        t4 = axis[..., 0]
        t5 = moved[..., 1]
        t6 = axis[..., 1]
        t7 = moved[..., 0]
        result = t4 * t5 - t6 * t7
        value = result
    else:
        t8 = n == 3
        if t8:
            u2 = axis[..., 2]
        else:
            u2 = 0.0
        n = moved.shape[0]
        t9 = n == 3
        if t9:
            v2 = moved[..., 2]
        else:
            v2 = 0.0
        t10 = axis[..., 1]
        t11 = moved[..., 1]
        parts_0 = t10 * v2 - u2 * t11
        t12 = moved[..., 0]
        t13 = axis[..., 0]
        parts_1 = u2 * t12 - t13 * v2
        parts_2 = t13 * t11 - t10 * t12
        result = np.stack((parts_0, parts_1, parts_2), axis=-1)
        value = result
        t14 = t13
        t15 = t11
        t16 = t10
        t17 = t12
    t18 = math.sin(angle)
    t19 = value * t18
    t20 = t2 + t19
    t21 = np.dot(axis, moved)
    t22 = axis * t21
    t23 = 1 - t1
    t24 = t22 * t23
    turned = t20 + t24
    t25 = turned[:2]
    t26 = turned[2]
    flat = t25 / t26
    t27 = flat * flat
    square = np.sum(t27)
    t28 = camera_4[0]
    t29 = camera_4[1]
    t30 = t29 * square
    t31 = 1 + t28 * square + t30 * square
    flat1 = flat * t31
    t32 = camera_2 * flat1
    t33 = t32 + camera_3
    t = t33 - feature
    error = weight * t
    # reverse
    t_bar = 2.0 * (1 - weight * weight) * weight
    weight_bar = -t_bar
    error_bar = unbroadcast(np.ones_like(error**2) * (2.0 * error), error)
    # error = weight * (focal * flat + offset - feature)
    t_bar1 = unbroadcast(unbroadcast(weight * error_bar, t), t33)
    t_bar2 = unbroadcast(t_bar1, t32)
    camera_3_bar = unbroadcast(t_bar1, camera_3)
    camera_2_bar = np.sum(t_bar2 * flat1)
    flat_bar = unbroadcast(camera_2 * t_bar2, flat1)
    # flat = flat * (1 + radial[0] * square + radial[1] * square * square)
    flat_bar1 = unbroadcast(t31 * flat_bar, flat)
    t_bar1 = np.sum(flat_bar * flat)
    t_bar2 = t_bar1 * square
    square_bar = t_bar1 * t30
    square_bar += t_bar2 * t29
    square_bar += t_bar1 * t28
    camera_4_bar = np.zeros_like(camera_4)
    camera_4_bar[0] = t_bar2
    camera_4_bar[1] += t_bar2 * square
    # square = np.sum(flat * flat)
    t_bar1 = unbroadcast(np.full_like(t27, square_bar) * flat, flat)
    flat_bar = flat_bar1 + t_bar1
    flat_bar = flat_bar + t_bar1
    # flat = turned[:2] / turned[2]
    turned_bar = np.zeros_like(turned)
    turned_bar[:2] = unbroadcast(flat_bar / t26, t25)
    turned_bar[2] += unbroadcast(-(flat_bar * (flat / t26)), t26)
    # turned = ( moved * np.cos(angle) + np.cross(axis, moved) * np.sin(angle) + axis...
    t_bar1 = unbroadcast(turned_bar, t20)
    t_bar2 = unbroadcast(turned_bar, t24)
    t_bar3 = t23 * t_bar2
    angle_bar = np.sum(t_bar2 * t22) * t18
    axis_bar = t21 * t_bar3
    t_bar2 = np.sum(t_bar3 * axis)
    axis_bar += t_bar2 * moved
    moved_bar = t_bar2 * axis
    t_bar2 = unbroadcast(t_bar1, t2)
    t_bar1 = unbroadcast(t_bar1, t19)
    value_bar = unbroadcast(t18 * t_bar1, value)
    angle_bar += np.sum(t_bar1 * value) * t1
    if t3:
        t_bar1 = np.sum(value_bar)
        t_bar3 = np.sum(-value_bar)
        axis_bar[..., 0] += t_bar1 * t5
        moved_bar[..., 1] += t_bar1 * t4
        axis_bar[..., 1] += t_bar3 * t7
        moved_bar[..., 0] += t_bar3 * t6
    else:
        t_bar1 = unstack(value_bar, (parts_0, parts_1, parts_2), -1)
        parts_0_bar = t_bar1[0]
        parts_1_bar = t_bar1[1]
        parts_2_bar = t_bar1[2]
        # parts = (u1 * v2 - u2 * v1, u2 * v0 - u0 * v2, u0 * v1 - u1 * v0)
        t_bar1 = np.sum(parts_2_bar)
        t_bar3 = np.sum(-parts_2_bar)
        t_bar4 = np.sum(parts_1_bar)
        t_bar5 = np.sum(-parts_1_bar)
        v2_bar = t_bar5 * t13
        u2_bar = t_bar4 * t12
        t_bar6 = np.sum(parts_0_bar)
        t_bar7 = np.sum(-parts_0_bar)
        u2_bar += t_bar7 * t11
        v2_bar += t_bar6 * t10
        axis_bar[..., 1] += t_bar6 * v2
        moved_bar[..., 1] += t_bar7 * u2
        moved_bar[..., 0] += t_bar4 * u2
        axis_bar[..., 0] += t_bar5 * v2
        axis_bar[..., 0] += t_bar1 * t15
        moved_bar[..., 1] += t_bar1 * t14
        axis_bar[..., 1] += t_bar3 * t17
        moved_bar[..., 0] += t_bar3 * t16
        if t9:
            # v2 = v[..., 2] if v.shape[-1] == 3 else 0.0
            moved_bar[..., 2] += v2_bar
        if t8:
            # u2 = u[..., 2] if u.shape[-1] == 3 else 0.0
            axis_bar[..., 2] += u2_bar
    # turned = ( moved * np.cos(angle) + np.cross(axis, moved) * np.sin(angle) + axis...
    moved_bar += t1 * t_bar2
    # moved = point - center
    camera_1_bar = -moved_bar
    # axis = rotation / angle
    camera_0_bar = 1.0 / angle * axis_bar
    # angle = np.sqrt(np.sum(rotation**2))
    camera_0_bar += (
        (
            angle_bar
            - np.sum(t_bar2 * moved) * t18
            + np.sum(-(axis_bar * (axis / angle)))
        )
        * (0.5 / angle)
        * (2.0 * camera_0)
    )
    return (
        (camera_0_bar, camera_1_bar, float(camera_2_bar), camera_3_bar, camera_4_bar),
        moved_bar,
        float(weight_bar - t_bar + np.sum(error_bar * t)),
    )

import math
import numpy as np


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
    t = math.cos(angle)
    t1 = np.cross(axis, moved)
    t2 = math.sin(angle)
    t3 = np.dot(axis, moved)
    t4 = axis * t3
    t5 = 1 - t
    turned = moved * t + t1 * t2 + t4 * t5
    t6 = turned[2]
    flat = turned[:2] / t6
    square = np.sum(flat * flat)
    t7 = camera_4[0]
    t8 = camera_4[1]
    t9 = t8 * square
    t10 = 1 + t7 * square + t9 * square
    flat1 = flat * t10
    t11 = camera_2 * flat1 + camera_3 - feature
    error = weight * t11
    # reverse
    error_bar = 2.0 * error
    # error = weight * (focal * flat + offset - feature)
    weight_bar = error_bar @ t11 - 2.0 * (2.0 * (1 - weight * weight) * weight)
    camera_3_bar = weight * error_bar
    camera_2_bar = camera_3_bar @ flat1
    flat_bar = camera_2 * camera_3_bar
    # flat = flat * (1 + radial[0] * square + radial[1] * square * square)
    flat_bar1 = t10 * flat_bar
    t_bar = flat_bar @ flat
    t_bar1 = t_bar * square
    square_bar = t_bar * t9
    square_bar += t_bar1 * t8
    square_bar += t_bar * t7
    camera_4_bar = np.zeros_like(camera_4)
    camera_4_bar[0] = t_bar1
    camera_4_bar[1] = t_bar1 * square
    # square = np.sum(flat * flat)
    flat_bar1 += 2.0 * (square_bar * flat)
    # flat = turned[:2] / turned[2]
    turned_bar = np.zeros_like(turned)
    turned_bar[:2] = flat_bar1 / t6
    turned_bar[2] = -(flat_bar1 @ flat / t6)
    # turned = ( moved * np.cos(angle) + np.cross(axis, moved) * np.sin(angle) + axis...
    t_bar = t5 * turned_bar
    angle_bar = turned_bar @ t4 * t2
    axis_bar = t3 * t_bar
    t_bar = t_bar @ axis
    axis_bar += t_bar * moved
    moved_bar = t_bar * axis
    t_bar = t2 * turned_bar
    angle_bar += np.sum(turned_bar * t1) * t
    axis_bar += np.cross(moved, t_bar)
    moved_bar += np.cross(t_bar, axis)
    moved_bar += t * turned_bar
    angle_bar -= turned_bar @ moved * t2
    # moved = point - center
    camera_1_bar = -moved_bar
    # axis = rotation / angle
    camera_0_bar = axis_bar / angle
    angle_bar -= axis_bar @ axis / angle
    # angle = np.sqrt(np.sum(rotation**2))
    camera_0_bar += angle_bar * (0.5 / angle) * (2.0 * camera_0)
    return (
        (camera_0_bar, camera_1_bar, float(camera_2_bar), camera_3_bar, camera_4_bar),
        moved_bar,
        float(weight_bar),
    )

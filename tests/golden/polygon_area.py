import numpy as np


def safe_divide_number(a, b):
    """a / b, and 0 where b is 0."""
    return 0.0 if b == 0 else a / b


def polygon_area_grad(corners):
    corners_0_0 = corners[0][0]
    corners_0_1 = corners[0][1]
    corners_1_0 = corners[1][0]
    corners_1_1 = corners[1][1]
    corners_2_0 = corners[2][0]
    corners_2_1 = corners[2][1]
    corners_3_0 = corners[3][0]
    corners_3_1 = corners[3][1]
    corners_4_0 = corners[4][0]
    corners_4_1 = corners[4][1]
    # forward
    area = corners_0_0 * corners_1_1 - corners_1_0 * corners_0_1
    t = corners_1_0 - corners_0_0
    t1 = corners_1_1 - corners_0_1
    perimeter = np.hypot(t, t1)
    area += corners_1_0 * corners_2_1 - corners_2_0 * corners_1_1
    t2 = corners_2_0 - corners_1_0
    t3 = corners_2_1 - corners_1_1
    t4 = np.hypot(t2, t3)
    perimeter1 = perimeter + t4
    area += corners_2_0 * corners_3_1 - corners_3_0 * corners_2_1
    t5 = corners_3_0 - corners_2_0
    t6 = corners_3_1 - corners_2_1
    t7 = np.hypot(t5, t6)
    perimeter1 += t7
    area += corners_3_0 * corners_4_1 - corners_4_0 * corners_3_1
    t8 = corners_4_0 - corners_3_0
    t9 = corners_4_1 - corners_3_1
    t10 = np.hypot(t8, t9)
    perimeter1 += t10
    area += corners_4_0 * corners_0_1 - corners_0_0 * corners_4_1
    t11 = corners_0_0 - corners_4_0
    t12 = corners_0_1 - corners_4_1
    t13 = np.hypot(t11, t12)
    perimeter1 += t13
    result = 0.5 * area / perimeter1
    # reverse
    t_bar = result / perimeter1
    area_bar = 0.5 / perimeter1
    # perimeter += np.hypot(x2 - x1, y2 - y1)
    corners_4_0_bar = t_bar * safe_divide_number(t11, t13)
    corners_0_0_bar = -corners_4_0_bar
    corners_4_1_bar = t_bar * safe_divide_number(t12, t13)
    # area += x1 * y2 - x2 * y1
    t_bar1 = area_bar * corners_4_1
    corners_0_0_bar -= t_bar1
    t_bar2 = area_bar * corners_0_0
    corners_4_1_bar1 = corners_4_1_bar - t_bar2
    t_bar3 = area_bar * corners_0_1
    corners_4_0_bar += t_bar3
    t_bar4 = area_bar * corners_4_0
    corners_0_1_bar = t_bar4 - corners_4_1_bar
    # perimeter += np.hypot(x2 - x1, y2 - y1)
    corners_3_0_bar = t_bar * safe_divide_number(t8, t10)
    corners_3_1_bar = t_bar * safe_divide_number(t9, t10)
    corners_4_1_bar = corners_4_1_bar1 - corners_3_1_bar
    corners_4_0_bar -= corners_3_0_bar
    # area += x1 * y2 - x2 * y1
    t_bar5 = area_bar * corners_3_1
    corners_4_0_bar -= t_bar5
    corners_3_1_bar -= t_bar4
    corners_3_0_bar += t_bar1
    t_bar1 = area_bar * corners_3_0
    corners_4_1_bar += t_bar1
    # perimeter += np.hypot(x2 - x1, y2 - y1)
    corners_2_0_bar = t_bar * safe_divide_number(t5, t7)
    corners_2_1_bar = t_bar * safe_divide_number(t6, t7)
    corners_3_1_bar -= corners_2_1_bar
    corners_3_0_bar -= corners_2_0_bar
    # area += x1 * y2 - x2 * y1
    t_bar4 = area_bar * corners_2_1
    corners_3_0_bar -= t_bar4
    corners_2_1_bar -= t_bar1
    corners_2_0_bar += t_bar5
    t_bar1 = area_bar * corners_2_0
    corners_3_1_bar += t_bar1
    # perimeter += np.hypot(x2 - x1, y2 - y1)
    corners_1_0_bar = t_bar * safe_divide_number(t2, t4)
    corners_1_1_bar = t_bar * safe_divide_number(t3, t4)
    corners_2_1_bar -= corners_1_1_bar
    corners_2_0_bar -= corners_1_0_bar
    # area += x1 * y2 - x2 * y1
    t_bar5 = area_bar * corners_1_1
    corners_2_0_bar -= t_bar5
    corners_1_1_bar -= t_bar1
    corners_1_0_bar += t_bar4
    t_bar1 = area_bar * corners_1_0
    corners_2_1_bar += t_bar1
    # perimeter += np.hypot(x2 - x1, y2 - y1)
    t_bar4 = t_bar * safe_divide_number(t, perimeter)
    t_bar *= safe_divide_number(t1, perimeter)
    corners_1_1_bar -= t_bar
    corners_0_1_bar += t_bar
    corners_1_0_bar -= t_bar4
    corners_0_0_bar += t_bar4
    # area += x1 * y2 - x2 * y1
    corners_1_0_bar -= t_bar3
    corners_0_1_bar -= t_bar1
    corners_0_0_bar += t_bar5
    corners_1_1_bar += t_bar2
    return (
        [
            (float(corners_0_0_bar), float(corners_0_1_bar)),
            (float(corners_1_0_bar), float(corners_1_1_bar)),
            (float(corners_2_0_bar), float(corners_2_1_bar)),
            (float(corners_3_0_bar), float(corners_3_1_bar)),
            (float(corners_4_0_bar), float(corners_4_1_bar)),
        ],
    )

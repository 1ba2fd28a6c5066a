from programs.structures import Lens


def optical_bench_grad(lenses, ray):
    focal = lenses[0].focal
    gap = lenses[0].gap
    focal1 = lenses[1].focal
    gap1 = lenses[1].gap
    focal2 = lenses[2].focal
    gap2 = lenses[2].gap
    ray_0 = ray[0]
    ray_1 = ray[1]
    # forward
    t = ray_0 / focal
    angle = ray_1 - t
    height = ray_0 + gap * angle
    t1 = height / focal1
    angle1 = angle - t1
    height1 = height + gap1 * angle1
    t2 = height1 / focal2
    angle2 = angle1 - t2
    height1 += gap2 * angle2
    # reverse
    height_bar = 2.0 * height1
    # height = height + lens.gap * angle
    gap_bar2 = height_bar * angle2
    angle_bar = height + height_bar * gap2
    # angle = angle - height / lens.focal
    height_bar -= angle_bar / focal2
    focal_bar2 = angle_bar * (t2 / focal2)
    # height = height + lens.gap * angle
    height_bar1 = angle2 + height_bar
    gap_bar1 = height_bar * angle1
    angle_bar += height_bar * gap1
    # angle = angle - height / lens.focal
    height_bar = height_bar1 - angle_bar / focal1
    focal_bar1 = angle_bar * (t1 / focal1)
    # height = height + lens.gap * angle
    gap_bar = height_bar * angle
    angle_bar += height_bar * gap
    # angle = angle - height / lens.focal
    ray_0_bar = height_bar - angle_bar / focal
    focal_bar = angle_bar * (t / focal)
    return (
        [
            Lens(focal_bar, gap_bar),
            Lens(focal_bar1, gap_bar1),
            Lens(focal_bar2, gap_bar2),
        ],
        (ray_0_bar, angle_bar),
    )

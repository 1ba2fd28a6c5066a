import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra < 0:
        g = np.reshape(g, (1,) * -extra + np.shape(g))
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def horizontal_diffusion_grad(field, coefficient):
    # forward
    laplacian = (
        4.0 * field[1:-1, 1:-1, :]
        - (
            field[2:, 1:-1, :]
            + field[:-2, 1:-1, :]
            + field[1:-1, 2:, :]
            + field[1:-1, :-2, :]
        )
    )
    slope_x = laplacian[1:, 1:-1, :] - laplacian[:-1, 1:-1, :]
    step_x = field[2:-1, 2:-2, :] - field[1:-2, 2:-2, :]
    t = slope_x * step_x > 0
    flux_x = np.where(t, 0.0, slope_x)
    slope_y = laplacian[1:-1, 1:, :] - laplacian[1:-1, :-1, :]
    step_y = field[2:-2, 2:-1, :] - field[2:-2, 1:-2, :]
    t1 = slope_y * step_y > 0
    flux_y = np.where(t1, 0.0, slope_y)
    t2 = field[2:-2, 2:-2, :]
    t3 = flux_x[1:, :, :] - flux_x[:-1, :, :] + flux_y[:, 1:, :] - flux_y[:, :-1, :]
    result = t2 - coefficient * t3
    # reverse
    result_bar = 2.0 * result
    # result = field[2:-2, 2:-2, :] - coefficient * ( flux_x[1:, :, :] - flux_x[:-1,...
    coefficient_bar = -(result_bar * t3)
    t_bar = unbroadcast(result_bar * coefficient, t3)
    t_bar1 = -t_bar
    field_bar = np.zeros_like(field)
    field_bar[2:-2, 2:-2, :] = unbroadcast(result_bar, t2)
    flux_x_bar = np.zeros_like(flux_x)
    flux_x_bar[1:, :, :] = t_bar1
    flux_x_bar[:-1, :, :] += t_bar
    flux_y_bar = np.zeros_like(flux_y)
    flux_y_bar[:, 1:, :] = t_bar1
    flux_y_bar[:, :-1, :] += t_bar
    # flux_y = np.where(slope_y * step_y > 0, 0.0, slope_y)
    slope_y_bar = np.where(t1, 0.0, flux_y_bar)
    # slope_y = laplacian[1:-1, 1:, :] - laplacian[1:-1, :-1, :]
    laplacian_bar = np.zeros_like(laplacian)
    laplacian_bar[1:-1, 1:, :] = slope_y_bar
    laplacian_bar[1:-1, :-1, :] += np.where(t1, 0.0, -flux_y_bar)
    # flux_x = np.where(slope_x * step_x > 0, 0.0, slope_x)
    slope_x_bar = np.where(t, 0.0, flux_x_bar)
    # slope_x = laplacian[1:, 1:-1, :] - laplacian[:-1, 1:-1, :]
    laplacian_bar[1:, 1:-1, :] += slope_x_bar
    laplacian_bar[:-1, 1:-1, :] += np.where(t, 0.0, -flux_x_bar)
    # laplacian = 4.0 * field[1:-1, 1:-1, :] - ( field[2:, 1:-1, :] + field[:-2, 1:-1...
    t_bar = -laplacian_bar
    field_bar[1:-1, 1:-1, :] += 4.0 * laplacian_bar
    field_bar[2:, 1:-1, :] += t_bar
    field_bar[:-2, 1:-1, :] += t_bar
    field_bar[1:-1, 2:, :] += t_bar
    field_bar[1:-1, :-2, :] += t_bar
    return field_bar, coefficient_bar

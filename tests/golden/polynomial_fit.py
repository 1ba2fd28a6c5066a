def polynomial_fit_grad(coefficients, x, y):
    coefficients_0 = coefficients[0]
    coefficients_1 = coefficients[1]
    coefficients_2 = coefficients[2]
    coefficients_3 = coefficients[3]
    # forward
    column = x**0
    column1 = x**2
    column2 = x**3
    model = (
        coefficients_0 * column
        + coefficients_1 * x
        + coefficients_2 * column1
        + coefficients_3 * column2
    )
    t = model - y
    # reverse
    model_bar = 2.0 * t / (t**2).size
    y_bar = -model_bar
    # roughness = [ (a - b) ** 2 for i, a in enumerate(coefficients) for j, b in enum...
    coefficients_3_bar = 0.02 * (coefficients_3 - coefficients_2)
    t_bar = 0.02 * (coefficients_2 - coefficients_1)
    coefficients_2_bar = t_bar - coefficients_3_bar
    t_bar1 = 0.02 * (coefficients_1 - coefficients_0)
    coefficients_1_bar = t_bar1 - t_bar
    # model = sum([c * column for c, column in zip(coefficients, basis)])
    coefficients_3_bar += model_bar @ column2
    column_bar = coefficients_3 * model_bar
    coefficients_2_bar += model_bar @ column1
    column_bar1 = coefficients_2 * model_bar
    coefficients_1_bar += model_bar @ x
    x_bar = coefficients_1 * model_bar
    coefficients_0_bar = model_bar @ column - t_bar1
    column_bar2 = coefficients_0 * model_bar
    # basis = [x**k for k in range(len(coefficients))]
    x_bar += column_bar * (3.0 * column1)
    x_bar += column_bar1 * (2.0 * x)
    x_bar += 0.0 * column_bar2
    return (
        [
            coefficients_0_bar,
            coefficients_1_bar,
            coefficients_2_bar,
            coefficients_3_bar,
        ],
        x_bar,
        y_bar,
    )

/* The bundle adjustment by hand, in C (and C++): the sum of one component of the weighted
   errors, and its adjoint by each row: half of the sparse Jacobian. */
#include <math.h>

#ifdef __cplusplus
extern "C" {
#endif

static double dot(const double *a, const double *b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double *a, const double *b, double *out) {
  out[0] = a[1] * b[2] - a[2] * b[1];
  out[1] = a[2] * b[0] - a[0] * b[2];
  out[2] = a[0] * b[1] - a[1] * b[0];
}

/* params (p, 15): rotation 3, centre 3, focal length, principal point 2, distortion 2,
   point 3, weight; feature (p, 2); bar (p, 15) comes as zeros */
double bundle(const double *params, const double *feature, int component, double *bar, int p) {
  double total = 0;
  for (int row = 0; row < p; row++, params += 15, feature += 2, bar += 15) {
    double v[3], u[3], w[3], r[3];
    double theta = sqrt(dot(params, params)), c = cos(theta), s = sin(theta);
    for (int i = 0; i < 3; i++) {
      v[i] = params[11 + i] - params[3 + i];
      u[i] = params[i] / theta;
    }
    cross(u, v, w);
    double along = dot(u, v);
    for (int i = 0; i < 3; i++) r[i] = v[i] * c + w[i] * s + u[i] * (along * (1 - c));
    double focal = params[6], k1 = params[9], k2 = params[10], weight = params[14];
    double plane[2] = {r[0] / r[2], r[1] / r[2]};
    double square = plane[0] * plane[0] + plane[1] * plane[1];
    double radial = 1 + k1 * square + k2 * square * square, at = plane[component];
    double error = at * radial * focal + params[7 + component] - feature[component];
    total += weight * error;
    /* reverse */
    bar[14] = error;
    bar[7 + component] = weight;
    bar[6] = weight * at * radial;
    double radial_bar = weight * at * focal;
    bar[9] = radial_bar * square;
    bar[10] = radial_bar * square * square;
    double square_bar = radial_bar * (k1 + 2 * k2 * square);
    double plane_bar[2] = {2 * plane[0] * square_bar, 2 * plane[1] * square_bar};
    plane_bar[component] += weight * radial * focal;
    double r_bar[3] = {plane_bar[0] / r[2], plane_bar[1] / r[2], 0};
    r_bar[2] = -(plane_bar[0] * plane[0] + plane_bar[1] * plane[1]) / r[2];
    double turned = dot(r_bar, u), along_bar = turned * (1 - c);
    double c_bar = dot(r_bar, v) - turned * along, s_bar = dot(r_bar, w);
    double w_bar[3], to_u[3], to_v[3], u_bar[3], theta_bar = c * s_bar - s * c_bar;
    for (int i = 0; i < 3; i++) w_bar[i] = s * r_bar[i];
    cross(v, w_bar, to_u);
    cross(w_bar, u, to_v);
    for (int i = 0; i < 3; i++) {
      u_bar[i] = r_bar[i] * along * (1 - c) + along_bar * v[i] + to_u[i];
      bar[11 + i] = c * r_bar[i] + along_bar * u[i] + to_v[i];
      bar[3 + i] = -bar[11 + i];
    }
    theta_bar -= dot(u_bar, u) / theta;
    for (int i = 0; i < 3; i++) bar[i] = u_bar[i] / theta + theta_bar * u[i];
  }
  return total;
}

#ifdef __cplusplus
}
#endif

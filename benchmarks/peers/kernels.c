/* Values and adjoints by hand, in C (and C++): the scalar loops, stencils, LSTM and GMM.
   Each returns the value and fills the adjoints; all arrays are row by row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

double lotka_volterra(double x, double y, double a, double b, double c, double d, double h,
                      int steps, double *tape, double *out) {
  double half = 0.5 * h, sixth = h / 6.0, third = h / 3.0;
  for (int i = 0; i < steps; i++) {
    tape[2 * i] = x;
    tape[2 * i + 1] = y;
    double kx1 = x * (a - b * y), ky1 = y * (c * x - d);
    double x2 = x + half * kx1, y2 = y + half * ky1;
    double kx2 = x2 * (a - b * y2), ky2 = y2 * (c * x2 - d);
    double x3 = x + half * kx2, y3 = y + half * ky2;
    double kx3 = x3 * (a - b * y3), ky3 = y3 * (c * x3 - d);
    double x4 = x + h * kx3, y4 = y + h * ky3;
    double kx4 = x4 * (a - b * y4), ky4 = y4 * (c * x4 - d);
    x += sixth * (kx1 + 2 * kx2 + 2 * kx3 + kx4);
    y += sixth * (ky1 + 2 * ky2 + 2 * ky3 + ky4);
  }
  double value = x * y, bx = y, by = x, ba = 0, bb = 0, bc = 0, bd = 0;
  for (int i = steps - 1; i >= 0; i--) {
    double xs[4], ys[4], step[4] = {0, half, half, h}, weight[4] = {sixth, third, third, sixth};
    xs[0] = tape[2 * i];
    ys[0] = tape[2 * i + 1];
    for (int s = 1; s < 4; s++) {
      xs[s] = xs[0] + step[s] * xs[s - 1] * (a - b * ys[s - 1]);
      ys[s] = ys[0] + step[s] * ys[s - 1] * (c * xs[s - 1] - d);
    }
    double px = 0, py = 0, sumx = bx, sumy = by;
    for (int s = 3; s >= 0; s--) {
      double gx = weight[s] * bx, gy = weight[s] * by;
      if (s < 3) { gx += step[s + 1] * px; gy += step[s + 1] * py; }
      double u = xs[s] * gx, v = ys[s] * gy;
      ba += u; bb -= u * ys[s]; bc += v * xs[s]; bd -= v;
      px = gx * (a - b * ys[s]) + c * v;
      py = gy * (c * xs[s] - d) - b * u;
      sumx += px; sumy += py;
    }
    bx = sumx; by = sumy;
  }
  out[0] = bx; out[1] = by; out[2] = ba; out[3] = bb; out[4] = bc; out[5] = bd;
  return value;
}

double logistic_map(double x, double r, int steps, double *tape, double *out) {
  double total = 0;
  for (int i = 0; i < steps; i++) {
    tape[i] = x;
    x = r * x * (1 - x);
    total += x > 0.66 ? x * x : x;
  }
  double bx = 0, br = 0;
  for (int i = steps - 1; i >= 0; i--) {
    bx += x > 0.66 ? 2 * x : 1;
    x = tape[i];
    br += bx * x * (1 - x);
    bx *= r * (1 - 2 * x);
  }
  out[0] = bx; out[1] = br;
  return total;
}

double sin_sum(const double *x, int n, double *out) {
  double acc = 0;
  for (int i = 0; i < n; i++) {
    double s = sin(x[i]);
    acc += x[i] * x[i] * s;
    out[i] = x[i] * (2 * s + x[i] * cos(x[i]));
  }
  return acc;
}

double mandelbrot(double cx, double cy, int limit, double *tape, double *out) {
  double x = 0, y = 0;
  int n = 0;
  while (x * x + y * y < 4 && n < limit) {
    tape[2 * n] = x;
    tape[2 * n + 1] = y;
    double t = x * x - y * y + cx;
    y = 2 * x * y + cy;
    x = t;
    n++;
  }
  double value = x * x + y * y, bx = 2 * x, by = 2 * y, bcx = 0, bcy = 0;
  while (n-- > 0) {
    x = tape[2 * n];
    y = tape[2 * n + 1];
    bcx += bx;
    bcy += by;
    double t = 2 * (x * bx + y * by);
    by = 2 * (x * by - y * bx);
    bx = t;
  }
  out[0] = bcx; out[1] = bcy;
  return value;
}

static void jacobi_sweep(const double *__restrict__ a, double *__restrict__ b, int n) {
  for (int i = 1; i < n - 1; i++)
    for (int j = 1; j < n - 1; j++) {
      const double *p = a + i * n + j;
      b[i * n + j] = 0.2 * (p[0] + p[-1] + p[1] + p[n] + p[-n]);
    }
}

/* to += the transposed sweep of source's inner part, gathered; that part is then zero.
   `inner` is scratch whose border is zero. */
static void jacobi_back(double *__restrict__ to, double *__restrict__ source,
                        double *__restrict__ inner, int n) {
  for (int i = 1; i < n - 1; i++) {
    memcpy(inner + i * n + 1, source + i * n + 1, (n - 2) * sizeof(double));
    memset(source + i * n + 1, 0, (n - 2) * sizeof(double));
  }
  for (int i = 1; i < n - 1; i++)
    for (int j = 1; j < n - 1; j++) {
      const double *p = inner + i * n + j;
      to[i * n + j] += 0.2 * (p[0] + p[-1] + p[1] + p[n] + p[-n]);
    }
  for (int k = 1; k < n - 1; k++) {
    to[k] += 0.2 * inner[n + k];
    to[(n - 1) * n + k] += 0.2 * inner[(n - 2) * n + k];
    to[k * n] += 0.2 * inner[k * n + 1];
    to[k * n + n - 1] += 0.2 * inner[k * n + n - 2];
  }
}

double jacobi_2d(double *A, double *B, double *A_bar, double *B_bar, int n, int steps) {
  double value = 0, *inner = (double *)calloc((size_t)n * n, sizeof(double));
  for (int t = 0; t < steps; t++) {
    jacobi_sweep(A, B, n);
    jacobi_sweep(B, A, n);
  }
  for (int i = 0; i < n * n; i++) {
    value += A[i] * A[i];
    A_bar[i] = 2 * A[i];
  }
  for (int t = 0; t < steps; t++) {
    jacobi_back(B_bar, A_bar, inner, n);
    jacobi_back(A_bar, B_bar, inner, n);
  }
  free(inner);
  return value;
}

double seidel_2d(double *A, double *A_bar, int n, int steps) {
  double value = 0;
  for (int t = 0; t < steps; t++)
    for (int i = 1; i < n - 1; i++)
      for (int j = 1; j < n - 1; j++) {
        double *p = A + i * n + j;
        p[0] = (p[-n - 1] + p[-n] + p[-n + 1] + p[-1] + p[0] + p[1] + p[n - 1] + p[n] +
                p[n + 1]) / 9.0;
      }
  for (int i = 0; i < n * n; i++) {
    value += A[i] * A[i];
    A_bar[i] = 2 * A[i];
  }
  for (int t = 0; t < steps; t++)
    for (int i = n - 2; i > 0; i--)
      for (int j = n - 2; j > 0; j--) {
        double *p = A_bar + i * n + j, bar = p[0] / 9.0;
        p[0] = bar;
        p[-n - 1] += bar; p[-n] += bar; p[-n + 1] += bar; p[-1] += bar;
        p[1] += bar; p[n - 1] += bar; p[n] += bar; p[n + 1] += bar;
      }
  return value;
}

/* field (n + 4, n + 4, k), coeff (n, n, k); field_bar comes as zeros */
double hdiff(const double *field, const double *coeff, double *field_bar, double *coeff_bar,
             int n, int k) {
  int w = n + 4, m = n + 2;
  size_t row = (size_t)w * k, lap_row = (size_t)m * k, fy_row = (size_t)(n + 1) * k;
  double *lap = (double *)malloc(sizeof(double) * m * lap_row);
  double *lap_bar = (double *)calloc((size_t)m * lap_row, sizeof(double));
  double *fx = (double *)malloc(sizeof(double) * (n + 1) * n * k);
  double *fy = (double *)malloc(sizeof(double) * n * fy_row);
  double *fx_bar = (double *)calloc((size_t)(n + 1) * n * k, sizeof(double));
  double *fy_bar = (double *)calloc((size_t)n * fy_row, sizeof(double));
  double value = 0;
  for (int i = 0; i < m; i++)
    for (int q = 0; q < m * k; q++) {
      const double *p = field + (i + 1) * row + k + q;
      lap[i * lap_row + q] = 4 * p[0] - (p[row] + p[-(long)row] + p[k] + p[-k]);
    }
  for (int i = 0; i <= n; i++)
    for (int q = 0; q < n * k; q++) {
      const double *l = lap + i * lap_row + k + q, *p = field + (i + 1) * row + 2 * k + q;
      double res = l[lap_row] - l[0];
      fx[(size_t)i * n * k + q] = res * (p[row] - p[0]) > 0 ? 0 : res;
    }
  for (int i = 0; i < n; i++)
    for (int q = 0; q < (n + 1) * k; q++) {
      const double *l = lap + (i + 1) * lap_row + q, *p = field + (i + 2) * row + k + q;
      double res = l[k] - l[0];
      fy[i * fy_row + q] = res * (p[k] - p[0]) > 0 ? 0 : res;
    }
  for (int i = 0; i < n; i++)
    for (int q = 0; q < n * k; q++) {
      size_t at = (size_t)i * n * k + q, y = i * fy_row + q;
      double flux = fx[at + (size_t)n * k] - fx[at] + fy[y + k] - fy[y];
      double out = field[(i + 2) * row + 2 * k + q] - coeff[at] * flux;
      double bar = 2 * out, g = -bar * coeff[at];
      value += out * out;
      coeff_bar[at] = -bar * flux;
      field_bar[(i + 2) * row + 2 * k + q] = bar;
      fx_bar[at + (size_t)n * k] += g;
      fx_bar[at] -= g;
      fy_bar[y + k] += g;
      fy_bar[y] -= g;
    }
  for (int i = 0; i <= n; i++)
    for (int q = 0; q < n * k; q++) {
      double *l = lap_bar + i * lap_row + k + q;
      double g = fx[(size_t)i * n * k + q] != 0 ? fx_bar[(size_t)i * n * k + q] : 0;
      l[lap_row] += g;
      l[0] -= g;
    }
  for (int i = 0; i < n; i++)
    for (int q = 0; q < (n + 1) * k; q++) {
      double *l = lap_bar + (i + 1) * lap_row + q;
      double g = fy[i * fy_row + q] != 0 ? fy_bar[i * fy_row + q] : 0;
      l[k] += g;
      l[0] -= g;
    }
  for (int i = 0; i < m; i++)
    for (int q = 0; q < m * k; q++) {
      double *p = field_bar + (i + 1) * row + k + q, g = lap_bar[i * lap_row + q];
      p[0] += 4 * g;
      p[row] -= g;
      p[-(long)row] -= g;
      p[k] -= g;
      p[-k] -= g;
    }
  free(lap); free(lap_bar); free(fx); free(fy); free(fx_bar); free(fy_bar);
  return value;
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* tape (c, layers, 8, b): input, hidden and cell before, the four gates, tanh(cell) after */
double lstm(const double *main_, const double *extra, const double *state,
            const double *sequence, double *main_bar, double *extra_bar, double *tape,
            int layers, int b, int c) {
  double total = 0, scale = -1.0 / ((c - 1.0) * b);
  double *s = (double *)malloc(sizeof(double) * 2 * layers * b);
  double *bar = (double *)calloc((size_t)2 * layers * b, sizeof(double));
  double *x = (double *)malloc(sizeof(double) * b), *p = (double *)malloc(sizeof(double) * b);
  double *share = (double *)malloc(sizeof(double) * c * (b + 1));
  memcpy(s, state, sizeof(double) * 2 * layers * b);
  for (int t = 0; t < c - 1; t++) {
    for (int k = 0; k < b; k++) x[k] = sequence[t * b + k] * extra[k];
    for (int l = 0; l < layers; l++) {
      const double *w = main_ + 8 * l * b, *v = w + 4 * b;
      double *h = s + 2 * l * b, *cell = h + b, *q = tape + (size_t)(t * layers + l) * 8 * b;
      for (int k = 0; k < b; k++) {
        double forget = sigmoid(x[k] * w[k] + v[k]);
        double in = sigmoid(h[k] * w[b + k] + v[b + k]);
        double out = sigmoid(x[k] * w[2 * b + k] + v[2 * b + k]);
        double change = tanh(h[k] * w[3 * b + k] + v[3 * b + k]);
        q[k] = x[k]; q[b + k] = h[k]; q[2 * b + k] = cell[k];
        q[3 * b + k] = forget; q[4 * b + k] = in; q[5 * b + k] = out; q[6 * b + k] = change;
        cell[k] = cell[k] * forget + in * change;
        q[7 * b + k] = tanh(cell[k]);
        x[k] = h[k] = out * q[7 * b + k];
      }
    }
    double sum = 2, *e = share + t * (b + 1);
    for (int k = 0; k < b; k++) {
      p[k] = x[k] * extra[b + k] + extra[2 * b + k];
      sum += e[k] = exp(p[k]);
    }
    double norm = log(sum), count = 0;
    for (int k = 0; k < b; k++) {
      double after = sequence[(t + 1) * b + k];
      total += after * (p[k] - norm);
      count += after;
    }
    for (int k = 0; k < b; k++)
      e[k] = scale * (sequence[(t + 1) * b + k] - count * e[k] / sum);
  }
  for (int t = c - 2; t >= 0; t--) {
    const double *top = tape + (size_t)(t * layers + layers - 1) * 8 * b;
    double *e = share + t * (b + 1);
    for (int k = 0; k < b; k++) {
      extra_bar[2 * b + k] += e[k];
      extra_bar[b + k] += e[k] * top[5 * b + k] * top[7 * b + k];
      x[k] = e[k] * extra[b + k];
    }
    for (int l = layers - 1; l >= 0; l--) {
      const double *w = main_ + 8 * l * b, *q = tape + (size_t)(t * layers + l) * 8 * b;
      double *wb = main_bar + 8 * l * b, *vb = wb + 4 * b;
      double *hb = bar + 2 * l * b, *cb = hb + b;
      for (int k = 0; k < b; k++) {
        double forget = q[3 * b + k], in = q[4 * b + k], out = q[5 * b + k];
        double change = q[6 * b + k], tc = q[7 * b + k], g = x[k] + hb[k];
        double cell = cb[k] + g * out * (1 - tc * tc);
        double go = g * tc * out * (1 - out);
        double gf = cell * q[2 * b + k] * forget * (1 - forget);
        double gi = cell * change * in * (1 - in), gc = cell * in * (1 - change * change);
        cb[k] = cell * forget;
        hb[k] = gi * w[b + k] + gc * w[3 * b + k];
        x[k] = gf * w[k] + go * w[2 * b + k];
        wb[k] += gf * q[k]; wb[b + k] += gi * q[b + k];
        wb[2 * b + k] += go * q[k]; wb[3 * b + k] += gc * q[b + k];
        vb[k] += gf; vb[b + k] += gi; vb[2 * b + k] += go; vb[3 * b + k] += gc;
      }
    }
    for (int k = 0; k < b; k++) extra_bar[k] += x[k] * sequence[t * b + k];
  }
  free(s); free(bar); free(x); free(p); free(share);
  return total * scale;
}

/* alphas (k), means (k, d), icf (k, d (d + 1) / 2), x (n, d) */
double gmm(const double *alphas, const double *means, const double *icf, const double *x,
           double *alphas_bar, double *means_bar, double *icf_bar, int n, int k, int d,
           double gamma, int m, double constant) {
  int size = d * (d + 1) / 2;
  double *diagonal = (double *)malloc(sizeof(double) * k * d);
  double *sums = (double *)malloc(sizeof(double) * k), *inner = (double *)malloc(sizeof(double) * k);
  double *xc = (double *)malloc(sizeof(double) * k * d), *qx = (double *)malloc(sizeof(double) * k * d);
  double *back = (double *)malloc(sizeof(double) * d);
  double value = constant, top = alphas[0], sum = 0;
  for (int j = 0; j < k; j++) {
    sums[j] = 0;
    for (int i = 0; i < size; i++) {
      double e = icf[j * size + i];
      if (i < d) {
        double q = diagonal[j * d + i] = exp(e);
        sums[j] += e;
        value += 0.5 * gamma * gamma * q * q - m * e;
        icf_bar[j * size + i] = gamma * gamma * q * q - m;
      } else {
        value += 0.5 * gamma * gamma * e * e;
        icf_bar[j * size + i] = gamma * gamma * e;
      }
    }
    if (alphas[j] > top) top = alphas[j];
  }
  for (int j = 0; j < k; j++) sum += exp(alphas[j] - top);
  value -= n * (top + log(sum));
  for (int j = 0; j < k; j++) alphas_bar[j] = -n * exp(alphas[j] - top) / sum;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < k; j++) {
      double *c = xc + j * d, *q = qx + j * d, square = 0;
      const double *l = icf + j * size + d;
      for (int a = 0; a < d; a++) {
        c[a] = x[i * d + a] - means[j * d + a];
        q[a] = diagonal[j * d + a] * c[a];
      }
      for (int a = 0; a < d; a++)
        for (int r = a + 1; r < d; r++) q[r] += *l++ * c[a];
      for (int a = 0; a < d; a++) square += q[a] * q[a];
      inner[j] = alphas[j] + sums[j] - 0.5 * square;
    }
    top = inner[0];
    for (int j = 1; j < k; j++)
      if (inner[j] > top) top = inner[j];
    sum = 0;
    for (int j = 0; j < k; j++) sum += inner[j] = exp(inner[j] - top);
    value += top + log(sum);
    for (int j = 0; j < k; j++) {
      double p = inner[j] / sum, *c = xc + j * d, *q = qx + j * d;
      const double *l = icf + j * size + d;
      double *lb = icf_bar + j * size + d;
      alphas_bar[j] += p;
      for (int a = 0; a < d; a++) {
        back[a] = p * diagonal[j * d + a] * q[a];
        icf_bar[j * size + a] += p - back[a] * c[a];
      }
      for (int a = 0; a < d; a++)
        for (int r = a + 1; r < d; r++) {
          *lb++ -= p * q[r] * c[a];
          back[a] += p * q[r] * *l++;
        }
      for (int a = 0; a < d; a++) means_bar[j * d + a] += back[a];
    }
  }
  free(diagonal); free(sums); free(inner); free(xc); free(qx); free(back);
  return value;
}

#ifdef __cplusplus
}
#endif

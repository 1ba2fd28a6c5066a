"""Every public function of numpy, math and the SciPy modules has a row, a handler, or a reason not to."""

import importlib
import inspect
import math

import numpy as np
import pytest

import astgrad.language  # noqa: F401
from astgrad.frontend.calls import BUILTINS
from astgrad.rules import table
from astgrad.rules.table import ROWS

REASONS = {
    "prints, reads or writes text and files": """
        array2string array_repr array_str base_repr binary_repr format_float_positional
        format_float_scientific fromfile fromregex genfromtxt load loadtxt save savetxt savez
        savez_compressed get_include get_printoptions set_printoptions printoptions info
        show_config show_runtime test typename""",
    "makes an array of bytes, text, or a Python iterable": """
        frombuffer fromstring from_dlpack fromiter memmap asarray_chkfinite require packbits
        unpackbits""",
    "settings and questions about types: nothing to differentiate": """
        can_cast common_type issubdtype iterable isfortran min_scalar_type mintypecode
        promote_types may_share_memory shares_memory errstate geterr geterrcall seterr seterrcall
        getbufsize setbufsize einsum_path isnat""",
    "dates": """
        busday_count busday_offset busdaycalendar is_busday datetime_as_string datetime_data""",
    "a class, or an iterator over elements: write the loop over indices": """
        broadcast flatiter ndarray ndenumerate ndindex nditer nested_iters recarray ufunc matrix
        asmatrix bmat poly1d frompyfunc""",
    "sets and counts: the result does not depend on values smoothly": """
        histogram histogram_bin_edges histogram2d histogramdd setxor1d unique_all unique_counts
        unique_inverse unique_values mask_indices""",
}  # fmt: skip
LISTED = {name for names in REASONS.values() for name in names.split()}


def public(module):
    for name in sorted(dir(module)):
        value = getattr(module, name)
        scalar = isinstance(value, type) and issubclass(value, np.generic | np.dtype | Exception)
        if callable(value) and not name.startswith("_") and not inspect.ismodule(value) and not scalar:
            yield name, value


def is_known(function):
    return table.resolve(function) is not None or function in BUILTINS


NUMPY_2 = int(np.__version__.split(".")[0]) >= 2


@pytest.mark.skipif(not NUMPY_2, reason="NumPy 1.26 has names that NumPy 2 dropped")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("module", [np, np.linalg, np.fft, math])
def test_every_public_name(module):
    missing = [name for name, function in public(module)
               if name not in LISTED and not is_known(function)]
    assert not missing


def test_no_reason_is_stale():
    """What has a row is not listed as having none."""
    assert not [name for name in LISTED if f"np.{name}" in ROWS]


AUTOGRAD = """
    abs absolute add allclose amax amin angle any append arccos arccosh arcsin arcsinh arctan
    arctan2 arctanh argmax argmin argsort around array_split astype atleast_1d atleast_2d
    atleast_3d broadcast_to ceil clip concatenate conj cos cosh cross cumsum deg2rad degrees diag
    diagonal diff divide dot dsplit einsum exp exp2 expand_dims expm1 fabs fix fliplr flipud floor
    fmax fmin full gradient hsplit imag inner kron linspace log log10 log1p log2 logaddexp
    logaddexp2 matmul max maximum mean min minimum mod moveaxis multiply nan_to_num negative outer
    pad partition power prod rad2deg radians ravel real real_if_close reciprocal remainder repeat
    reshape roll rollaxis rot90 select sign sin sinc sinh sort split sqrt square squeeze stack std
    subtract sum swapaxes tan tanh tensordot tile trace transpose tril triu true_divide var vsplit
    where
""".split()  # fmt: skip


@pytest.mark.parametrize("name", AUTOGRAD)
def test_what_autograd_differentiates(name):
    if NUMPY_2 or hasattr(np, name):
        assert is_known(getattr(np, name))


def test_helpers_have_rows():
    """The table is closed: whatever a row's expression calls is a row or a directive."""
    import ast

    from astgrad.analysis.builder import DIRECTIVES

    missing = set()
    for row in ROWS.values():
        for expression in row.derivatives.values():
            for node in ast.walk(expression):
                if isinstance(node, ast.Call):
                    name = ast.unparse(node.func)
                    method = f".{name.rpartition('.')[2]}()"
                    if name not in ROWS and name not in DIRECTIVES and method not in ROWS:
                        missing.add(f"{row}: {name}")
    assert not missing


# -- SciPy --------------------------------------------------------------------------------------

SCIPY_REASONS = {
    "special": {
        "of whole numbers alone: orders, degrees, how many zeros": """
            ai_zeros bei_zeros beip_zeros ber_zeros bernoulli berp_zeros bi_zeros erf_zeros euler
            factorial2 factorialk fresnel_zeros fresnelc_zeros fresnels_zeros jn_zeros jnjnp_zeros
            jnp_zeros jnyn_zeros kei_zeros keip_zeros kelvin_zeros ker_zeros kerp_zeros stirling2
            y0_zeros y1_zeros y1p_zeros yn_zeros ynp_zeros""",
        "points and weights of a quadrature: of whole numbers, or of exponents that are refused": """
            c_roots cg_roots h_roots he_roots j_roots js_roots l_roots la_roots p_roots ps_roots
            roots_chebyc roots_chebys roots_chebyt roots_chebyu roots_gegenbauer roots_genlaguerre
            roots_hermite roots_hermitenorm roots_jacobi roots_laguerre roots_legendre
            roots_sh_chebyt roots_sh_chebyu roots_sh_jacobi roots_sh_legendre s_roots t_roots
            ts_roots u_roots us_roots""",
        "gives an object: use the function eval_NAME": """
            chebyc chebys chebyt chebyu gegenbauer genlaguerre hermite hermitenorm jacobi laguerre
            legendre sh_chebyt sh_chebyu sh_jacobi sh_legendre""",
        "settings": "errstate geterr seterr",
        "solves for a parameter, or a noncentral law: refused": """
            bdtri bdtrik bdtrin btdtria btdtrib chdtriv chndtr chndtridf chndtrinc chndtrix fdtri
            fdtridfd gdtria gdtrib gdtrix nbdtri nbdtrik nbdtrin ncfdtr ncfdtri ncfdtridfd
            ncfdtridfn ncfdtrinc nctdtr nctdtridf nctdtrinc nctdtrit nrdtrimn nrdtrisd pdtri pdtrik
            stdtridf""",
        "integrals of Bessel functions, several at once: write the integrand into quad": """
            it2i0k0 it2j0y0 it2struve0 itairy iti0k0 itj0y0 itmodstruve0 itstruve0 besselpoly""",
        "a sequence of orders at once: call the function of one order": """
            assoc_legendre_p_all legendre_p_all sph_harm_y_all sph_legendre_p_all lmbda lqmn lqn
            obl_cv_seq pbdn_seq pbdv_seq pbvv_seq pro_cv_seq riccati_jn riccati_yn""",
        "no formula here: refused": """
            airye assoc_legendre_p diric ellip_harm ellip_harm_2 ellip_normal elliprj kelvin
            kolmogi kolmogorov legendre_p log_wright_bessel mathieu_a mathieu_b mathieu_cem
            mathieu_even_coef mathieu_modcem1 mathieu_modcem2 mathieu_modsem1 mathieu_modsem2
            mathieu_odd_coef mathieu_sem modfresnelm modfresnelp obl_ang1 obl_ang1_cv obl_cv
            obl_rad1 obl_rad1_cv obl_rad2 obl_rad2_cv pbwa pro_ang1 pro_ang1_cv pro_cv pro_rad1
            pro_rad1_cv pro_rad2 pro_rad2_cv smirnov smirnovi sph_legendre_p tklmbda""",
    },
    "linalg": {
        "of whole numbers alone": "dft hadamard helmert hilbert invhilbert invpascal pascal",
        "questions, and the libraries below": """
            bandwidth expm_cond find_best_blas_type get_blas_funcs get_lapack_funcs ishermitian
            issymmetric clarkson_woodruff_transform""",
        "a matrix of given elements: write it with np.diag, np.block or indices": """
            companion convolution_matrix diagsvd fiedler fiedler_companion leslie""",
        "changes a factorisation: factor the changed matrix": """
            qr_delete qr_insert qr_multiply qr_update rq""",
        "the basis is a choice, and jumps: use svd, eigh or polar": """
            cossin hessenberg matrix_balance null_space orth ordqz qz rsf2csf schur cdf2rdf
            subspace_angles eigh_tridiagonal""",
        "a function of a matrix by a callable, or not smooth: use expm, logm, sqrtm": """
            funm fractional_matrix_power signm""",
        "no formula here: refused": """
            cho_solve_banded cholesky_banded eig_banded eigvals_banded ldl solve_continuous_are
            solve_discrete_are""",
    },
    "signal": {
        "designs a filter or a window: constants of the program": """
            band_stop_obj bessel besselap buttap butter buttord cheb1ap cheb1ord cheb2ap cheb2ord
            cheby1 cheby2 ellip ellipap ellipord findfreqs firls firwin firwin2 firwin_2d gammatone
            iircomb iirdesign iirfilter iirnotch iirpeak kaiser_atten kaiser_beta
            kaiserord max_len_seq minimum_phase remez savgol_coeffs unit_impulse
            closest_STFT_dual_window""",
        "questions, and places of extremes": """
            argrelextrema argrelmax argrelmin check_COLA check_NOLA choose_conv_method
            correlation_lags find_peaks find_peaks_cwt peak_prominences peak_widths czt_points
            vectorstrength""",
        "systems and their representations: write the difference or differential equation": """
            StateSpace TransferFunction ZerosPolesGain abcd_normalize bilinear bilinear_zpk bode
            cont2discrete dbode dfreqresp dimpulse dlsim dlti dstep freqresp freqs freqs_zpk freqz
            freqz_sos freqz_zpk group_delay impulse invres invresz lfilter_zi lp2bp lp2bp_zpk lp2bs
            lp2bs_zpk lp2hp lp2hp_zpk lp2lp lp2lp_zpk lsim lti normalize place_poles residue
            residuez sos2tf sos2zpk sosfilt_zi sosfreqz ss2tf ss2zpk step tf2sos tf2ss tf2zpk
            unique_roots zpk2sos zpk2ss zpk2tf""",
        "spectra of pieces: write them with np.fft": """
            CZT ShortTimeFFT ZoomFFT coherence czt envelope hilbert2 lombscargle resample
            zoom_fft""",
        "filters without a rule here: lfilter and convolve have one": """
            cspline1d cspline1d_eval cspline2d decimate filtfilt gauss_spline lfiltic medfilt
            medfilt2d order_filter qspline1d qspline1d_eval qspline2d resample_poly savgol_filter
            sepfir2d sosfilt sosfiltfilt spline_filter symiirorder1 symiirorder2 upfirdn wiener""",
        "waves: write them with np.sin": "chirp gausspulse sawtooth square sweep_poly",
    },
    "integrate": {
        "a solver as an object: use solve_ivp or odeint": """
            BDF DOP853 DenseOutput LSODA OdeSolution OdeSolver RK23 RK45 Radau complex_ode ode""",
        "of whole numbers alone": "lebedev_rule newton_cotes",
        "no formula here: use simpson": "cumulative_simpson",
        "adaptive, in several dimensions or infinite: no rule that says how exact it is": """
            cubature dblquad nquad nsum qmc_quad quad_vec tanhsinh tplquad solve_bvp""",
    },
    "stats": {
        "a test of a hypothesis, an estimate, or a fit": """
            alexandergovern anderson anderson_ksamp ansari barnard_exact bartlett bayes_mvs
            binomtest bootstrap boschloo_exact boxcox boxcox_llf boxcox_normmax boxcox_normplot
            brunnermunzel bws_test chatterjeexi chi2_contingency chisquare combine_pvalues
            cramervonmises cramervonmises_2samp dunnett epps_singleton_2samp f_oneway
            false_discovery_control fisher_exact fit fligner friedmanchisquare goodness_of_fit
            jarque_bera kendalltau kruskal ks_1samp ks_2samp kstest kurtosistest levene linregress
            logrank mannwhitneyu median_test monte_carlo_test mood multiscale_graphcorr mvsdist
            normaltest page_trend_test pearsonr permutation_test pointbiserialr poisson_means_test
            power power_divergence ppcc_max ppcc_plot probplot quantile_test ranksums shapiro
            siegelslopes skewtest sobol_indices somersd spearmanr spearmanrho theilslopes
            ttest_1samp ttest_ind ttest_ind_from_stats ttest_rel tukey_hsd weightedtau wilcoxon
            yeojohnson yeojohnson_llf yeojohnson_normmax yeojohnson_normplot""",
        "a class, or makes one": """
            Binomial BootstrapMethod CensoredData Covariance Logistic Mixture MonteCarloMethod
            Normal PermutationMethod Uniform abs exp log truncate order_statistic gaussian_kde
            make_distribution rv_continuous rv_discrete rv_histogram ecdf""",
        "counts, ranks and order: np.sort, np.quantile and np.clip have rules": """
            binned_statistic binned_statistic_2d binned_statistic_dd cumfreq describe expectile iqr
            median_abs_deviation mode percentileofscore quantile rankdata relfreq scoreatpercentile
            sigmaclip tiecorrect tmax tmin trim1 trim_mean trimboth""",
        "statistics to write in a line with np.mean, np.var and np.sort": """
            circmean circstd circvar differential_entropy directional_stats energy_distance gstd
            gzscore kstat kstatvar lmoment obrientransform tmean tsem tstd tvar wasserstein_distance
            wasserstein_distance_nd zmap""",
        "draws, of matrices and tables": """
            invwishart matrix_normal matrix_t ortho_group random_correlation random_table
            special_ortho_group uniform_direction unitary_group vonmises_fisher wishart
            normal_inverse_gamma multivariate_hypergeom dirichlet_multinomial""",
        "a law of whole numbers alone": "hypergeom nhypergeom randint",
        "a law without a score here: refused": """
            argus burr crystalball dpareto_lognorm exponnorm exponweib foldcauchy foldnorm
            gausshyper genexpon genhalflogistic genhyperbolic geninvgauss halfgennorm irwinhall
            jf_skew_t kappa3 kappa4 ksone kstwo kstwobign landau laplace_asymmetric levy_stable
            mielke ncf nchypergeom_fisher nchypergeom_wallenius nct ncx2 norminvgauss pearson3
            poisson_binom powerlognorm powernorm recipinvgauss rel_breitwigner skellam skewcauchy
            studentized_range trapezoid truncpareto truncweibull_min tukeylambda vonmises_line zipf
            zipfian""",
    },
}  # fmt: skip


def known_of_scipy(module, name):
    head = f"scipy.{module}.{name}"
    function = getattr(importlib.import_module(f"scipy.{module}"), name)
    return table.resolve(function) is not None or any(row.startswith(f"{head}.") for row in ROWS)


def callables_of_scipy(module):
    whole = importlib.import_module(f"scipy.{module}")
    for name in sorted(whole.__all__):
        value = getattr(whole, name)
        error = isinstance(value, type) and issubclass(value, Exception)
        if callable(value) and not inspect.ismodule(value) and not error:
            yield name


@pytest.mark.parametrize("module", SCIPY_REASONS)
def test_every_public_name_of_scipy(module):
    """A row, or a reason, but not both."""
    scipy = pytest.importorskip("scipy", reason="SciPy is an optional extra")
    if not scipy.__version__.startswith("1.17."):
        pytest.skip("another SciPy has other names")
    listed = {name for names in SCIPY_REASONS[module].values() for name in names.split()}
    known = {name: known_of_scipy(module, name) for name in callables_of_scipy(module)}
    assert not [name for name, is_there in known.items() if not is_there and name not in listed]
    assert not [name for name in listed if known.get(name, True)]


JAX = {
    "special": """
        beta betainc betaln digamma entr erf erfc erfinv exp1 expi expit expn factorial fresnel
        gamma gammainc gammaincc gammaln gammasgn hyp1f1 hyp2f1 i0 i0e i1 i1e kl_div log_ndtr
        log_softmax logit logsumexp multigammaln ndtr ndtri poch polygamma rel_entr sici softmax
        spence sph_harm_y xlog1py xlogy zeta""",
    "linalg": """
        block_diag cho_factor cho_solve cholesky det eigh expm inv lu lu_factor lu_solve polar qr
        solve solve_sylvester solve_triangular sqrtm svd toeplitz""",
    "stats": """
        bernoulli beta betabinom binom cauchy chi2 dirichlet expon gamma gennorm geom gumbel_l
        gumbel_r laplace logistic multinomial multivariate_normal nbinom norm pareto poisson sem t
        truncnorm uniform vonmises wrapcauchy""",
    "signal": "convolve convolve2d correlate correlate2d csd detrend fftconvolve istft stft welch",
    "integrate": "trapezoid",
}  # fmt: skip


@pytest.mark.parametrize("module", JAX)
def test_what_jax_differentiates_of_scipy(module):
    pytest.importorskip("scipy", reason="SciPy is an optional extra")
    importlib.import_module(f"scipy.{module}")
    assert not [name for name in JAX[module].split() if not known_of_scipy(module, name)]

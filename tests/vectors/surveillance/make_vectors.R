# What the R package surveillance says of the series below. Run by `make surveillance-vectors`; writes ears.json.
#
# C3 is kept as the package computes it. R's own distributions give the reference for the rule over rare events.
suppressMessages(library(surveillance))

to_json <- function(values) {
  words <- ifelse(is.finite(values), sprintf("%.17g", values), "null")
  paste0("[", paste(words, collapse = ", "), "]")
}

RNGversion("4.0.0")
set.seed(20261121)
outbreak <- rpois(52, 1.2)
outbreak[30:33] <- outbreak[30:33] + c(3, 5, 8, 4)
series <- list(
  zeros = rep(0, 30),
  one_in_zeros = c(rep(0, 14), 1, rep(0, 15)),
  low = rpois(52, 0.3),
  usual = rpois(60, 2.5),
  high = rpois(40, 25),
  outbreak = outbreak,
  rising = rpois(40, seq(0.5, 6, length.out = 40)),
  overdispersed = rnbinom(60, size = 0.8, mu = 2),
  constant = rep(4, 20),
  missing = replace(rpois(50, 2), c(9, 23, 24), NA)
)

ears <- function(counts, method, least) {
  made <- sts(observed = matrix(as.numeric(counts)), frequency = 52, start = c(2020, 1))
  found <- earsC(made, control = list(method = method, baseline = 7, minSigma = least))
  limits <- as.vector(upperbound(found))
  skipped <- rep(NA, length(counts) - length(limits))
  sprintf('{"limits": %s}', to_json(c(skipped, limits)))
}

one <- function(name) {
  counts <- series[[name]]
  parts <- c(
    sprintf('"counts": %s', to_json(counts)),
    sprintf('"C1": %s', ears(counts, "C1", 0.5)),
    sprintf('"C2": %s', ears(counts, "C2", 0.5)),
    sprintf('"C3": %s', ears(counts, "C3", 0.5)),
    sprintf('"C1_without_least": %s', ears(counts, "C1", 0)),
    sprintf('"C2_without_least": %s', ears(counts, "C2", 0))
  )
  sprintf('    "%s": {\n      %s\n    }', name, paste(parts, collapse = ",\n      "))
}

# The chance of r or more events among n cases, p drawn from a beta distribution: integrated over p, no closed form used.
tail_chance <- function(r, n, e, m) {
  integrate(function(p) (1 - pbinom(r - 1, n, p)) * dbeta(p, 1 + e, 19 + m - e), 0, 1, rel.tol = 1e-12)$value
}
asked <- rbind(c(2, 3, 1, 20), c(3, 5, 4, 60), c(2, 40, 0, 0), c(5, 9, 2, 14), c(4, 30, 10, 200), c(2, 2, 0, 35))
chances <- apply(asked, 1, function(x) sprintf("    [%d, %d, %d, %d, %.15g]", x[1], x[2], x[3], x[4],
                                               tail_chance(x[1], x[2], x[3], x[4])))
shares <- c(0.001, 0.002, 0.0004, 0.0001)
geometric <- sapply(shares, function(p) {
  gap <- 0
  while (pgeom(gap, p) <= 0.01) gap <- gap + 1
  sprintf("    [%.15g, %s]", p, ifelse(gap == 0, "null", sprintf("%d", gap - 1)))
})

out <- c(
  "{",
  sprintf('  "made_by": "R %s.%s, surveillance %s",', R.version$major, R.version$minor, packageVersion("surveillance")),
  '  "series": {',
  paste(sapply(names(series), one), collapse = ",\n"),
  "  },",
  '  "tail_chances": [',
  paste(chances, collapse = ",\n"),
  "  ],",
  '  "lower_limits": [',
  paste(geometric, collapse = ",\n"),
  "  ]",
  "}"
)
writeLines(out, commandArgs(trailingOnly = TRUE)[1])

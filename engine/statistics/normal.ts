/** The standard normal distribution: its quantiles and its tails. */

const quantileMiddle = {
  over: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  under: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852546,
  ],
};
const quantileTail = {
  over: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  under: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};
const quantileFarTail = {
  over: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  under: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

/**
 * The z below which a standard normal value falls with probability `p`, 0 < p < 1; relative error about 1e-16.
 * Source: Wichura 1988, algorithm AS 241 (PPND16), as in R's qnorm.
 */
export function normalQuantile(p: number): number {
  const centred = p - 0.5;
  if (Math.abs(centred) <= 0.425) return centred * rational(quantileMiddle, 0.180625 - centred * centred);
  const distance = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const size = distance <= 5 ? rational(quantileTail, distance - 1.6) : rational(quantileFarTail, distance - 5);
  return centred < 0 ? -size : size;
}

/** The z that leaves `1 - level` in both tails together: 1.96 for 0.95. */
export function normalCritical(level: number): number {
  return normalQuantile(1 - (1 - level) / 2);
}

/** The p value of a standard normal statistic, two-sided: P(|Z| >= |z|). */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * normalUpperTail(Math.abs(z)));
}

const tailNear = {
  over: [2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356],
  first: 0.06568233791820745,
  under: [47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673],
};
const tailMiddle = {
  over: [
    0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002, 2494.5375852903726, 6848.190450536283,
    11602.65143764735, 9842.714838383978,
  ],
  first: 1.0765576773720192e-8,
  under: [
    22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097, 34900.95272114598,
    38912.00328609327, 19685.429676859992,
  ],
};
const tailFar = {
  over: [0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934, 2.9112874951168793e-5],
  first: 0.023073441764940174,
  under: [1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 7.297515550839662e-5],
};

/**
 * P(Z > z) of a standard normal value, z >= 0, accurate far into the tail.
 * Source: Cody 1969, "Rational Chebyshev approximation for the error function", as in R's pnorm.
 */
function normalUpperTail(z: number): number {
  const square = z * z;
  if (z <= 0.67448975) return 0.5 - z * nested(tailNear, square);
  if (z <= Math.sqrt(32)) return density(z) * nested(tailMiddle, z);
  const inverse = 1 / square;
  const correction = inverse * nested(tailFar, inverse);
  return (density(z) * (1 / Math.sqrt(2 * Math.PI) - correction)) / z;
}

/** exp(-z^2 / 2) without losing the digits of z^2. */
function density(z: number): number {
  const coarse = Math.trunc(z * 16) / 16;
  const fine = (z - coarse) * (z + coarse);
  return Math.exp(-coarse * coarse * 0.5) * Math.exp(-fine * 0.5);
}

interface Fraction {
  readonly over: readonly number[];
  readonly under: readonly number[];
}

/** A ratio of polynomials, coefficients from the constant up. */
function rational({ over, under }: Fraction, x: number): number {
  return polynomial(over, x) / polynomial(under, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((value, coefficient) => value * x + coefficient, 0);
}

/** Cody's form: both nested from the highest power, the leading coefficient of the upper one apart. */
function nested({ over, under, first }: Fraction & { readonly first: number }, x: number): number {
  const last = over.length - 1;
  let above = first * x;
  let below = x;
  for (let index = 0; index < last; index += 1) {
    above = (above + over[index]!) * x;
    below = (below + under[index]!) * x;
  }
  return (above + over[last]!) / (below + under[last]!);
}

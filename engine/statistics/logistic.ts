/** Logistic regression on one variable by maximum likelihood, as calibration needs it. */
import { defined, notDefined, type Outcome } from './outcome.ts';

const steps = 100;
const precision = 1e-10;
/** Coefficients beyond this are on their way to infinity. */
const diverged = 1e6;

export interface LogisticLine {
  readonly intercept: number;
  readonly slope: number;
}

/**
 * Fits P(outcome) = 1 / (1 + exp(-(intercept + slope x))) by Newton's method with halved steps. `offset` holds the slope
 * at 1. Not defined where x is constant (for a slope) or where it separates the outcomes.
 * Source: McCullagh and Nelder 1989, section 4.4.
 */
export function fitLogistic(outcome: Uint8Array, x: Float64Array, terms: 'slope' | 'offset'): Outcome<LogisticLine> {
  if (terms === 'slope') {
    if (x.every((value) => value === x[0])) return notDefined('constant', 'all probabilities are equal.');
    if (separates(outcome, x)) return notDefined('separated', 'the probabilities tell the classes apart perfectly.');
  }
  let line: LogisticLine = { intercept: 0, slope: terms === 'slope' ? 0 : 1 };
  let likelihood = logLikelihood(outcome, x, line);
  for (let step = 0; step < steps; step += 1) {
    const change = newtonStep(outcome, x, line, terms);
    let share = 1;
    let next = moved(line, change, share);
    let reached = logLikelihood(outcome, x, next);
    while (!(reached >= likelihood - 1e-12 * Math.abs(likelihood)) && share > 1e-8) {
      share /= 2;
      next = moved(line, change, share);
      reached = logLikelihood(outcome, x, next);
    }
    const size = Math.max(Math.abs(next.intercept - line.intercept), Math.abs(next.slope - line.slope));
    line = next;
    likelihood = reached;
    if (size <= precision * Math.max(1, Math.abs(line.intercept), Math.abs(line.slope))) return defined(line);
    if (!Number.isFinite(size) || Math.abs(line.intercept) > diverged || Math.abs(line.slope) > diverged) break;
  }
  return notDefined('separated', 'the fit does not settle: the probabilities almost tell the classes apart.');
}

function moved(line: LogisticLine, change: LogisticLine, share: number): LogisticLine {
  return { intercept: line.intercept + share * change.intercept, slope: line.slope + share * change.slope };
}

function newtonStep(outcome: Uint8Array, x: Float64Array, line: LogisticLine, terms: 'slope' | 'offset'): LogisticLine {
  let [weight, weightX, weightXX, gradient, gradientX] = [0, 0, 0, 0, 0];
  for (let row = 0; row < x.length; row += 1) {
    const value = x[row]!;
    const chance = 1 / (1 + Math.exp(-(line.intercept + line.slope * value)));
    const w = chance * (1 - chance);
    const residual = outcome[row]! - chance;
    weight += w;
    weightX += w * value;
    weightXX += w * value * value;
    gradient += residual;
    gradientX += residual * value;
  }
  if (terms === 'offset') return { intercept: gradient / weight, slope: 0 };
  const determinant = weight * weightXX - weightX * weightX;
  return {
    intercept: (weightXX * gradient - weightX * gradientX) / determinant,
    slope: (weight * gradientX - weightX * gradient) / determinant,
  };
}

function logLikelihood(outcome: Uint8Array, x: Float64Array, line: LogisticLine): number {
  let total = 0;
  for (let row = 0; row < x.length; row += 1) {
    const predictor = line.intercept + line.slope * x[row]!;
    // ln(1 + exp(t)) without overflow.
    const normaliser = Math.max(predictor, 0) + Math.log1p(Math.exp(-Math.abs(predictor)));
    total += outcome[row]! * predictor - normaliser;
  }
  return total;
}

/** Do all values of one outcome lie at or beyond all of the other? */
function separates(outcome: Uint8Array, x: Float64Array): boolean {
  const least = [Infinity, Infinity];
  const most = [-Infinity, -Infinity];
  for (let row = 0; row < x.length; row += 1) {
    const side = outcome[row]!;
    least[side] = Math.min(least[side]!, x[row]!);
    most[side] = Math.max(most[side]!, x[row]!);
  }
  return most[0]! <= least[1]! || most[1]! <= least[0]!;
}

import { labelCount, mayFollow } from '../../../../libs/models/local/tagger/labels.js';

/** A text to learn from: numbers of the features of each word, and its right label. */
export interface Sequence {
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

export interface LearningOptions {
  readonly rate: number;
  /** Strength of the pull of all weights to zero. */
  readonly decay: number;
}

const L = labelCount;
/** Row of the transitions that stands for the beginning of a text. */
const beginning = L;
const never = -1e9;

/** A conditional random field over a chain, trained one text at a time by AdaGrad (Duchi et al. 2011). */
export class LinearChain {
  readonly weights: Float64Array;
  readonly transitions = new Float64Array((L + 1) * L);
  private readonly weightSquares: Float64Array;
  private readonly transitionSquares = new Float64Array((L + 1) * L);

  constructor(featureCount: number) {
    this.weights = new Float64Array(featureCount * L);
    this.weightSquares = new Float64Array(featureCount * L);
  }

  /** One step towards the right labels of one text. */
  learn({ features, labels }: Sequence, options: LearningOptions): void {
    if (features.length === 0) return;
    const scores = features.map((own) => this.scores(own));
    const forward = this.forward(scores);
    const backward = this.backward(scores);
    const total = logSum(forward.at(-1) ?? []);
    const marginals = forward.map((row, index) =>
      row.map((sum, label) => Math.exp(sum + (backward[index]?.[label] ?? 0) - total)),
    );
    const steps = this.transitionGradient(scores, forward, backward, total, labels, marginals[0] ?? []);
    features.forEach((own, index) => {
      const gradient = (marginals[index] ?? []).map((share, label) => share - (labels[index] === label ? 1 : 0));
      for (const feature of own) {
        gradient.forEach((slope, label) => step(this.weights, this.weightSquares, feature * L + label, slope, options));
      }
    });
    steps.forEach((slope, at) => {
      if (slope !== 0) step(this.transitions, this.transitionSquares, at, slope, options);
    });
  }

  private scores(own: readonly number[]): number[] {
    const scores = new Array<number>(L).fill(0);
    for (const feature of own) {
      for (let label = 0; label < L; label += 1) {
        scores[label] = (scores[label] ?? 0) + (this.weights[feature * L + label] ?? 0);
      }
    }
    return scores;
  }

  private transition(before: number, label: number): number {
    const allowed = mayFollow(before === beginning ? undefined : before, label);
    return allowed ? (this.transitions[before * L + label] ?? 0) : never;
  }

  private forward(scores: readonly (readonly number[])[]): number[][] {
    const rows: number[][] = [];
    for (const own of scores) {
      const before = rows.at(-1);
      rows.push(
        own.map((score, label) => {
          if (!before) return score + this.transition(beginning, label);
          return score + logSum(before.map((sum, from) => sum + this.transition(from, label)));
        }),
      );
    }
    return rows;
  }

  private backward(scores: readonly (readonly number[])[]): number[][] {
    const rows: number[][] = scores.map(() => new Array<number>(L).fill(0));
    for (let index = scores.length - 2; index >= 0; index -= 1) {
      const after = scores[index + 1] ?? [];
      const rest = rows[index + 1] ?? [];
      rows[index] = after.map((_, from) =>
        logSum(after.map((score, label) => score + this.transition(from, label) + (rest[label] ?? 0))),
      );
    }
    return rows;
  }

  private transitionGradient(
    scores: readonly (readonly number[])[],
    forward: readonly (readonly number[])[],
    backward: readonly (readonly number[])[],
    total: number,
    labels: readonly number[],
    first: readonly number[],
  ): Float64Array {
    const gradient = new Float64Array((L + 1) * L);
    const add = (before: number, label: number, amount: number): void => {
      gradient[before * L + label] = (gradient[before * L + label] ?? 0) + amount;
    };
    first.forEach((share, label) => add(beginning, label, share));
    add(beginning, labels[0] ?? 0, -1);
    for (let index = 1; index < scores.length; index += 1) {
      (forward[index - 1] ?? []).forEach((sum, from) => {
        (scores[index] ?? []).forEach((score, label) => {
          const rest = backward[index]?.[label] ?? 0;
          add(from, label, Math.exp(sum + this.transition(from, label) + score + rest - total));
        });
      });
      add(labels[index - 1] ?? 0, labels[index] ?? 0, -1);
    }
    return gradient;
  }
}

function step(values: Float64Array, squares: Float64Array, at: number, slope: number, options: LearningOptions): void {
  const value = values[at] ?? 0;
  const gradient = slope + options.decay * value;
  const sum = (squares[at] ?? 0) + gradient * gradient;
  squares[at] = sum;
  values[at] = value - (options.rate * gradient) / (1e-6 + Math.sqrt(sum));
}

function logSum(values: readonly number[]): number {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

/** So many times one was judged better than the other; a tie counts half for each. */
export type PairCount = {better: string; worse: string; count: number};

/** How strong one is beside the others, on the scale of chess: 400 points are odds of ten to one, the mean is 1000. */
export type Rating = {
  name: string;
  rating: number;
  /** The interval in which the true rating lies with 95 %, were the judgements drawn again. */
  low: number;
  high: number;
  wins: number;
  losses: number;
};

const meanRating = 1000;
/** Points for a factor of e in the odds. */
const scale = 400 / Math.LN10;
/** Standard deviations of a normal distribution within which 95 % of it lie. */
const z95 = 1.959964;
/**
 * Each is taken to have won and lost half a time against one of mean strength, so that who won always, or was never
 * compared with some of the others, gets a finite rating.
 */
const prior = 0.5;
const steps = 1000;
const precision = 1e-10;

/**
 * Strengths after R. A. Bradley and M. E. Terry, "Rank Analysis of Incomplete Block Designs: I. The Method of Paired
 * Comparisons", Biometrika 39 (1952), where `p` beats `q` with the probability p / (p + q). The most likely strengths
 * are found by the iteration of D. R. Hunter, "MM algorithms for generalized Bradley-Terry models", Annals of
 * Statistics 32 (2004), eq. 3; the intervals are the normal approximation by the Fisher information in the logarithms.
 * Best first.
 */
export function bradleyTerry(counts: readonly PairCount[]): Rating[] {
  const names = [...new Set(counts.flatMap(({better, worse}) => [better, worse]))].sort();
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const size = names.length;
  const won = Array.from({length: size}, () => new Array<number>(size).fill(0));
  for (const {better, worse, count} of counts) {
    const row = won[indexOf.get(better) ?? -1];
    const column = indexOf.get(worse) ?? -1;
    if (row && better !== worse) row[column] = (row[column] ?? 0) + count;
  }
  const at = (one: number, other: number): number => won[one]?.[other] ?? 0;
  const games = (one: number, other: number): number => at(one, other) + at(other, one);
  const others = (one: number): number[] => names.map((_, index) => index).filter(index => index !== one);
  const wins = names.map((_, one) => others(one).reduce((sum, other) => sum + at(one, other), 0));
  const losses = names.map((_, one) => others(one).reduce((sum, other) => sum + at(other, one), 0));

  // The one of mean strength, against whom the prior games are played, has the strength 1.
  let strengths = names.map(() => 1);
  for (let step = 0; step < steps; step++) {
    const next = strengths.map((strength, one) => {
      const faced = others(one).reduce(
        (sum, other) => sum + games(one, other) / (strength + (strengths[other] ?? 1)),
        (2 * prior) / (strength + 1),
      );
      return ((wins[one] ?? 0) + prior) / faced;
    });
    const moved = Math.max(0, ...next.map((value, one) => Math.abs(Math.log(value / (strengths[one] ?? 1)))));
    strengths = next;
    if (moved < precision) break;
  }

  const variances = diagonalOfInverse(
    names.map((_, row) =>
      names.map((__, column) => {
        const share = (one: number, other: number): number => (one * other) / (one + other) ** 2;
        const own = strengths[row] ?? 1;
        if (row !== column) return -games(row, column) * share(own, strengths[column] ?? 1);
        return others(row).reduce(
          (sum, other) => sum + games(row, other) * share(own, strengths[other] ?? 1),
          2 * prior * share(own, 1),
        );
      }),
    ),
  );
  return names
    .map((name, index) => {
      const rating = meanRating + scale * Math.log(strengths[index] ?? 1);
      const margin = z95 * scale * Math.sqrt(variances[index] ?? 0);
      const counted = {wins: wins[index] ?? 0, losses: losses[index] ?? 0};
      return {name, rating, low: rating - margin, high: rating + margin, ...counted};
    })
    .sort((a, b) => b.rating - a.rating);
}

/** The diagonal of a matrix's inverse, by Gauss and Jordan; the matrix is symmetric and positive definite. */
function diagonalOfInverse(matrix: readonly (readonly number[])[]): number[] {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [
    ...row,
    ...Array.from({length: size}, (_, column) => (column === index ? 1 : 0)),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    const row = rows[pivot] ?? [];
    const divisor = row[pivot] ?? 1;
    for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) / divisor;
    for (let other = 0; other < size; other++) {
      const target = rows[other];
      const factor = target?.[pivot] ?? 0;
      if (!target || other === pivot || factor === 0) continue;
      for (let column = 0; column < target.length; column++)
        target[column] = (target[column] ?? 0) - factor * (row[column] ?? 0);
    }
  }
  return rows.map((row, index) => row[size + index] ?? 0);
}

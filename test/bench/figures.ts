export const megabyte = 1_000_000;

/** The middle one; of an even number, the lower of the two in the middle. */
function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[(figures.length - 1) >> 1];
}

/** Rounded to so many digits behind the point. */
export function rounded(figure: number, digits = 0): number {
  return Number(figure.toFixed(digits));
}

export interface BestAndMedian {
  readonly best: number;
  readonly median: number;
}

/** Of rates, of which the highest is best. */
export function highest(figures: readonly number[], digits = 0): BestAndMedian {
  return { best: rounded(Math.max(...figures), digits), median: rounded(median(figures), digits) };
}

/** Of times and sizes, of which the lowest is best. */
export function lowest(figures: readonly number[], digits = 0): BestAndMedian {
  return { best: rounded(Math.min(...figures), digits), median: rounded(median(figures), digits) };
}

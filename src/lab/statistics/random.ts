/**
 * A seeded generator, so that intervals by resampling come out the same every time.
 * sfc32 by Chris Doty-Humphrey (PractRand, public domain): 128 bits of state, passes PractRand.
 */
export type Random = () => number;

/** @returns numbers in [0, 1) with 32 random bits */
export function seededRandom(seed: number): Random {
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The reference implementation discards the first 12 values to mix the seed in.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

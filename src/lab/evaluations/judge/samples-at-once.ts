/** How many samples are judged at the same time. */
import { availableParallelism } from 'node:os';

/**
 * One more than there are cores: with as many, cores stand still for a fifth of the time, while
 * processes start and answers go over pipes.
 */
export const samplesAtOnce = (): number => availableParallelism() + 1;

/** Python environments by the build of the libraries that they hold. */
import { z } from 'zod';

export const environmentNameSchema = z.enum([
  'torch-cpu',
  'torch-cuda',
  'torch-rocm',
  'mlx',
  'llama-cpp',
]);
export type EnvironmentName = z.infer<typeof environmentNameSchema>;

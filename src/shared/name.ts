import { z } from 'zod';

/** Names that are safe as file and folder names on every operating system. */
export const nameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'use lower-case letters, digits, ".", "_" and "-", at most 64, starting with a letter or digit',
  );

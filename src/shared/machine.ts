/** The machine and what on it can train. */
import { z } from 'zod';

export const deviceSchema = z
  .object({
    id: z.string().describe('cpu, cuda:0, rocm:0, mlx'),
    kind: z.enum(['cpu', 'cuda', 'rocm', 'mlx']),
    name: z.string(),
    memoryBytes: z.number(),
    unifiedMemory: z.boolean(),
    driver: z.string().nullable(),
    runtime: z.string().nullable(),
    usable: z.boolean(),
    problem: z.string().nullable(),
    fix: z.string().nullable(),
    precisions: z.array(z.enum(['float32', 'bfloat16', 'float16'])),
    quantizations: z.array(z.enum(['none', 'nf4'])),
    chosen: z.boolean(),
    reason: z.string().describe('why it is chosen or not'),
  })
  .readonly();
export type Device = z.infer<typeof deviceSchema>;

export const machineSchema = z
  .object({
    hostName: z.string(),
    operatingSystem: z.string(),
    processor: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    devices: z.array(deviceSchema),
    diskFreeBytes: z.number(),
    home: z.string(),
  })
  .readonly();
export type Machine = z.infer<typeof machineSchema>;

export const machineLoadSchema = z
  .object({
    time: z.int(),
    processorShare: z.number().min(0).max(1),
    memoryUsedBytes: z.number(),
    memoryTotalBytes: z.number(),
    temperatureCelsius: z.number().nullable(),
    powerWatts: z.number().nullable(),
    diskFreeBytes: z.number(),
  })
  .readonly();
export type MachineLoad = z.infer<typeof machineLoadSchema>;

/** One line of `lab doctor`. */
export const doctorCheckSchema = z
  .object({
    name: z.string(),
    status: z.enum(['ok', 'problem', 'note']),
    found: z.string(),
    fix: z.string().nullable().describe('the command that fixes it'),
  })
  .readonly();
export type DoctorCheck = z.infer<typeof doctorCheckSchema>;

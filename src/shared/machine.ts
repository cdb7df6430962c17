/** The machine and what on it can train. */
import { z } from 'zod';
import { environmentNameSchema } from './environment-name';

export const deviceSchema = z
  .object({
    id: z.string().describe('cpu, cuda:0, rocm:0, mlx'),
    kind: z.enum(['cpu', 'cuda', 'rocm', 'mlx']),
    name: z.string(),
    memoryBytes: z.number(),
    unifiedMemory: z.boolean(),
    integrated: z.boolean().describe('part of the processor; never chosen beside a discrete card'),
    architecture: z.string().nullable().describe('gfx1100, compute capability 8.9, Apple M1 Max'),
    driver: z.string().nullable(),
    runtime: z.string().nullable(),
    usable: z.boolean(),
    problem: z.string().nullable(),
    fix: z.string().nullable(),
    precisions: z.array(z.enum(['float32', 'bfloat16', 'float16'])),
    quantizations: z.array(z.enum(['none', 'nf4', 'mlx4'])),
    environment: environmentNameSchema.describe('the Python environment that it needs'),
    recorded: z
      .boolean()
      .describe('read from a recording of another machine; a worker computes on the CPU instead'),
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

/** A reading of one device; null: it does not say. Shares from 0 to 1. */
export const deviceLoadSchema = z
  .object({
    id: z.string(),
    memoryUsedBytes: z.number().nullable(),
    memoryTotalBytes: z.number(),
    busyShare: z.number().min(0).max(1).nullable(),
    temperatureCelsius: z.number().nullable(),
    powerWatts: z.number().nullable(),
  })
  .readonly();
export type DeviceLoad = z.infer<typeof deviceLoadSchema>;

export const machineLoadSchema = z
  .object({
    time: z.int(),
    processorShare: z.number().min(0).max(1),
    memoryUsedBytes: z.number(),
    memoryTotalBytes: z.number(),
    temperatureCelsius: z.number().nullable(),
    powerWatts: z.number().nullable(),
    diskFreeBytes: z.number(),
    devices: z.array(deviceLoadSchema),
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

/** The lab's services as types: each function has exactly the input and output of its procedure. */
import type { ContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract';
import type { Contract } from '@shared/rpc/contract';

type Result<Output> = Promise<Output> | Output;

type ServiceFunction<Procedure> =
  Procedure extends ContractProcedure<infer Input, infer Output, infer _Errors, infer _Meta>
    ? unknown extends InferSchemaOutput<Input>
      ? (signal: AbortSignal) => Result<InferSchemaInput<Output>>
      : (input: InferSchemaOutput<Input>, signal: AbortSignal) => Result<InferSchemaInput<Output>>
    : never;

/**
 * `services.runs.get(input, signal)` and so on; a procedure without input takes the signal alone.
 * Inputs are already parsed (defaults filled in). The signal is aborted when the caller is gone;
 * a stream is an async generator that ends with it.
 */
export type LabServices = {
  readonly [Part in keyof Contract]: {
    readonly [Name in keyof Contract[Part]]: ServiceFunction<Contract[Part][Name]>;
  };
};

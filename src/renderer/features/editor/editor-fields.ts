/** Which fields the editor shows, in which groups; what they mean is told by the schema. */
export interface EditorField {
  readonly path: string;
  readonly title: string;
  /** What an empty field stands for. */
  readonly empty?: string;
}

export interface EditorGroup {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly EditorField[];
}

export const editorGroups: readonly EditorGroup[] = [
  {
    id: 'preset',
    title: 'Model and corpus',
    fields: [
      { path: 'title', title: 'Title' },
      { path: 'model', title: 'Base model' },
      { path: 'corpus', title: 'Corpus' },
      { path: 'data.format', title: 'Layout of the rows' },
      { path: 'data.promptFormat', title: 'Prompt format' },
      { path: 'data.trainOn', title: 'Train on' },
      { path: 'data.badRows', title: 'Bad rows' },
      { path: 'data.tooLong', title: 'Rows that are too long' },
      { path: 'description', title: 'Description' },
    ],
  },
  {
    id: 'adapter',
    title: 'Adapter',
    fields: [
      { path: 'adapter.rank', title: 'Rank' },
      { path: 'adapter.alpha', title: 'Alpha' },
      { path: 'adapter.dropout', title: 'Dropout' },
      { path: 'adapter.initialization', title: 'Initialization' },
      { path: 'adapter.rankStabilized', title: 'rsLoRA' },
      { path: 'adapter.weightDecomposed', title: 'DoRA' },
    ],
  },
  {
    id: 'quantization',
    title: 'Quantization and precision',
    fields: [
      { path: 'quantization.kind', title: 'Quantization of the base' },
      { path: 'quantization.computeType', title: 'Compute type of NF4' },
      { path: 'quantization.doubleQuantization', title: 'Double quantization' },
      { path: 'precision', title: 'Training precision' },
    ],
  },
  {
    id: 'schedule',
    title: 'Schedule',
    fields: [
      { path: 'schedule.learningRate', title: 'Learning rate' },
      { path: 'schedule.epochs', title: 'Epochs' },
      { path: 'schedule.warmupSteps', title: 'Warm-up steps' },
      { path: 'schedule.decay', title: 'Decay' },
      { path: 'schedule.optimizer', title: 'Optimizer' },
      { path: 'schedule.weightDecay', title: 'Weight decay' },
      { path: 'schedule.maxGradNorm', title: 'Gradient clipping' },
      { path: 'schedule.maxSteps', title: 'Most steps', empty: 'all of them' },
      { path: 'seed', title: 'Seed' },
    ],
  },
  {
    id: 'batch',
    title: 'Batch and length',
    fields: [
      { path: 'batch.effective', title: 'Effective batch' },
      { path: 'batch.micro', title: 'Micro-batch', empty: 'chosen by device' },
      { path: 'batch.maxLength', title: 'Sequence length' },
      { path: 'batch.gradientCheckpointing', title: 'Gradient checkpointing' },
      { path: 'batch.groupByLength', title: 'Group by length' },
    ],
  },
  {
    id: 'monitoring',
    title: 'Monitoring',
    fields: [
      { path: 'monitoring.validationShare', title: 'Validation share' },
      { path: 'monitoring.validateEvery', title: 'Validate every', empty: 'once an epoch' },
      { path: 'monitoring.checkpointEvery', title: 'Checkpoint every', empty: 'once an epoch' },
      { path: 'monitoring.keepCheckpoints', title: 'Checkpoints kept' },
      { path: 'monitoring.sampleEvery', title: 'Sample every', empty: 'once an epoch' },
      { path: 'monitoring.samplePrompts', title: 'Sample prompts' },
    ],
  },
];

export const editorFields: readonly EditorField[] = editorGroups.flatMap((group) => group.fields);

/** Names of choices that their value alone would not tell. */
export const choiceTitles: Readonly<Record<string, string>> = {
  'quantization.kind none': 'none',
  'quantization.kind nf4': 'NF4, 4 bit (QLoRA)',
  'schedule.optimizer adamw': 'AdamW',
  'schedule.optimizer adamw_8bit': 'AdamW, 8-bit states',
  'schedule.optimizer paged_adamw_8bit': 'AdamW, 8-bit paged states',
  'adapter.initialization default': 'LoRA (B is zero)',
  'adapter.initialization gaussian': 'Gaussian',
  'adapter.initialization pissa': 'PiSSA',
  'adapter.initialization pissa_niter_16': 'PiSSA, quick (16 iterations)',
  'data.promptFormat chatml': 'ChatML',
  'data.promptFormat alpaca': 'Alpaca',
  'data.format chatml': 'ChatML',
  'data.format alpaca': 'Alpaca',
  'data.format auto': 'recognized by itself',
  'data.trainOn assistant': "the assistant's turns",
  'data.trainOn all': 'every token',
  'data.badRows leave-out': 'list and leave out',
  'data.badRows stop': 'stop the run',
  'data.tooLong leave-out': 'list and leave out',
  'data.tooLong truncate': 'cut at the limit',
};

export const choiceTitle = (path: string, value: string): string =>
  choiceTitles[`${path} ${value}`] ?? value;

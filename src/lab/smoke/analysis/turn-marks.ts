/**
 * Text that begins a speaker's turn in the chat formats that models are trained on. One of them in
 * an answer says that the model went on for somebody else.
 */

export interface TurnMark {
  readonly mark: string;
  readonly family: string;
  /** `anywhere`: a token of its own. `line`: words, which count at the beginning of a line only. */
  readonly where: 'anywhere' | 'line';
  /** The model's own turn: not strange as the very first thing in an answer. */
  readonly own?: true;
}

/** Each family with the page that describes its format. */
export const turnMarks: readonly TurnMark[] = [
  // github.com/openai/openai-python, chatml.md; Qwen2.5's tokenizer_config.json
  { mark: '<|im_start|>', family: 'ChatML', where: 'anywhere' },
  // llama.com/docs/model-cards-and-prompt-formats, Llama 3
  { mark: '<|start_header_id|>', family: 'Llama 3', where: 'anywhere' },
  // llama.com/docs/model-cards-and-prompt-formats, Llama 2; docs.mistral.ai, tokenization
  { mark: '[INST]', family: 'Llama 2, Mistral', where: 'anywhere' },
  // ai.google.dev/gemma/docs, formatting and system instructions
  { mark: '<start_of_turn>', family: 'Gemma', where: 'anywhere' },
  // huggingface.co/microsoft/Phi-3-mini-4k-instruct and HuggingFaceH4/zephyr-7b-beta, model cards
  { mark: '<|user|>', family: 'Phi, Zephyr', where: 'anywhere' },
  { mark: '<|system|>', family: 'Phi, Zephyr', where: 'anywhere' },
  { mark: '<|assistant|>', family: 'Phi, Zephyr', where: 'anywhere', own: true },
  // huggingface.co/ibm-granite/granite-3.0-8b-instruct, tokenizer_config.json
  { mark: '<|start_of_role|>', family: 'Granite', where: 'anywhere' },
  // huggingface.co/deepseek-ai/DeepSeek-V3, tokenizer_config.json
  { mark: '<｜User｜>', family: 'DeepSeek', where: 'anywhere' },
  { mark: '<｜Assistant｜>', family: 'DeepSeek', where: 'anywhere', own: true },
  // github.com/tatsu-lab/stanford_alpaca, README, "Data release"
  { mark: '### Instruction:', family: 'Alpaca', where: 'line' },
  { mark: '### Input:', family: 'Alpaca', where: 'line' },
  { mark: '### Response:', family: 'Alpaca', where: 'line', own: true },
  // github.com/anthropics/hh-rlhf, README, "Data format"
  { mark: 'Human:', family: 'Human and Assistant', where: 'line' },
  { mark: 'Assistant:', family: 'Human and Assistant', where: 'line', own: true },
  // github.com/lm-sys/FastChat, docs/vicuna_weights_version.md
  { mark: 'USER:', family: 'Vicuna', where: 'line' },
  { mark: 'ASSISTANT:', family: 'Vicuna', where: 'line', own: true },
  // huggingface.co/tiiuae/falcon-180B-chat, model card
  { mark: 'User:', family: 'User and Assistant', where: 'line' },
];

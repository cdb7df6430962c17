import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { EndpointAddOptions } from '../verbs/endpoints';

export function addEndpointVerbs(program: Command, setExitCode: SetExitCode): void {
  const endpoints = program
    .command('endpoints')
    .description('OpenAI-compatible servers that can be evaluated: Ollama, llama.cpp, vLLM, …');
  finishVerb<[], CommonOptions>(
    endpoints.command('list', { isDefault: true }).description('all endpoints'),
    setExitCode,
    async (_, options) => (await import('../verbs/endpoints')).listEndpoints(options),
  );
  finishVerb<[string], EndpointAddOptions>(
    endpoints
      .command('add <name>')
      .description('remember a server and a model on it')
      .requiredOption('--url <url>', 'up to and with /v1')
      .requiredOption('--model <model>', 'as the server names it')
      .option('--title <title>', 'what results call it')
      .option('--key', 'it needs a key: "endpoints key" stores one')
      .option('--concurrency <n>', 'requests at once', '4')
      .option('--requests-per-minute <n>', 'at most')
      .option('--timeout <seconds>', 'of one answer', '180')
      .option('--replace', 'replace the one of that name'),
    setExitCode,
    async ([name], options) => (await import('../verbs/endpoints')).addEndpoint(name, options),
  );
  finishVerb<[string], CommonOptions>(
    endpoints.command('key <name>').description('read its key from standard input and store it'),
    setExitCode,
    async ([name], options) => (await import('../verbs/endpoints')).setKey(name, options),
  );
  finishVerb<[string], CommonOptions>(
    endpoints
      .command('test <name>')
      .description('ask it one short question; exit 1 without answer'),
    setExitCode,
    async ([name], options) => (await import('../verbs/endpoints')).testEndpoint(name, options),
  );
  finishVerb<[string], CommonOptions>(
    endpoints.command('remove <name>').description('forget a server and its key'),
    setExitCode,
    async ([name], options) => (await import('../verbs/endpoints')).removeEndpoint(name, options),
  );
}

/**
 * MultiPL-E (nuprl/MultiPL-E, dataset card): HumanEval and MBPP translated; a prompt that begins the
 * program and tests that follow it in the same file. It has no solutions: `canonical_solution` is
 * read where somebody added one.
 */
import { z } from 'zod';
import { rowLayout } from './layout';

const toolchains: Readonly<Record<string, string>> = {
  js: 'javascript',
  py: 'python',
  python: 'python',
  ts: 'typescript',
};

const schema = z.looseObject({
  name: z.string().min(1),
  language: z.string().min(1),
  prompt: z.string().min(1),
  tests: z.string().min(1),
  canonical_solution: z.string().optional(),
  category: z.string().optional(),
});

export const multiplE = rowLayout({
  name: 'multipl-e',
  title: 'MultiPL-E JSONL',
  schema,
  read(row, { category }) {
    const toolchain = toolchains[row.language];
    if (toolchain === undefined) {
      throw new Error(
        `its language is "${row.language}"; tests of this layout are known for ${Object.keys(toolchains).join(', ')}`,
      );
    }
    const entryPoint = /(?:function|def)\s+(\w+)\s*[(<]/.exec(row.prompt)?.[1];
    return {
      toolchain,
      task: {
        id: row.name,
        category: row.category ?? category,
        prompt: `Complete this program. Answer with all of it in one code block.\n\n\`\`\`${toolchain}\n${row.prompt.trimEnd()}\n\`\`\``,
        reference:
          row.canonical_solution === undefined ? '' : `${row.prompt}${row.canonical_solution}`,
        prelude: row.prompt,
        ...(entryPoint === undefined ? {} : { entryPoint }),
        tests: row.tests.replace(/^\s*\}\s*\n/, ''),
        constructs: [],
      },
    };
  },
  write: () => null,
});

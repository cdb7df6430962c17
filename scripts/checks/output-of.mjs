import { spawn } from 'node:child_process';

/** Runs a tool to its end; a failing exit code makes its output the problem. */
export function outputOf(file, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ problems: [String(error)] }));
    child.on('close', (code, signal) => {
      const end = `${file} ended with ${signal ?? `exit code ${code}`}`;
      resolve({ problems: code === 0 ? [] : [output.trim() || end] });
    });
  });
}

/**
 * Shows set-up steps on stderr: on a terminal one line that moves (elapsed time, what the program
 * says); elsewhere one line a step, finished when the step is.
 */

export function formatSeconds(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
}

export function formatBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

export function createProgress(stream = process.stderr) {
  const terminal = stream.isTTY === true;
  let step;
  let timer;
  let lineOpen = false;

  const elapsed = () => (performance.now() - step.start) / 1000;
  const width = () => Math.max(40, stream.columns ?? 100) - 1;
  const clear = () => terminal && stream.write('\r\u001b[K');

  const draw = () => {
    clear();
    const said = step.said ? `  ${step.said}` : '';
    stream.write(`  ${step.title} … ${formatSeconds(elapsed())}${said}`.slice(0, width()));
  };

  const finish = (mark, text) => {
    clearInterval(timer);
    clear();
    const time = formatSeconds(elapsed());
    const ending = text ? `${text}, ${time}` : time;
    stream.write(terminal || !lineOpen ? `${mark} ${step.title}: ${ending}\n` : `${ending}\n`);
    lineOpen = false;
  };

  return {
    say(text) {
      if (terminal && step) clear();
      else if (lineOpen) stream.write('\n');
      lineOpen = false;
      stream.write(`${text}\n`);
    },
    /** `note` tells beforehand what is coming, such as its size. */
    begin(number, count, name, note) {
      step = { title: `[${number}/${count}] ${name}`, start: performance.now(), said: note };
      if (terminal) timer = setInterval(draw, 200).unref();
      else stream.write(`  ${step.title}${note ? ` (${note})` : ''} … `);
      lineOpen = !terminal;
    },
    line(text) {
      if (step) step.said = text.trim();
    },
    done: (text) => finish('✓', text),
    fail: (text) => finish('✗', text),
  };
}

/** JSON lines over file descriptors, read and written at once: tests call functions that return. */
const { readSync, writeSync } = require('node:fs');

class Lines {
  #input;
  #output;
  #rest = Buffer.alloc(0);

  constructor(input, output) {
    this.#input = input;
    this.#output = output;
  }

  /** The next line as a value; null at the end. */
  next() {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) {
        const line = this.#rest.toString('utf8', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return JSON.parse(line);
      }
      const chunk = Buffer.alloc(65536);
      const count = this.#patiently(() => readSync(this.#input, chunk, 0, chunk.length, null));
      if (count === 0) return null;
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, count)]);
    }
  }

  say(value) {
    let bytes = Buffer.from(`${JSON.stringify(value)}\n`);
    while (bytes.length > 0) {
      bytes = bytes.subarray(this.#patiently(() => writeSync(this.#output, bytes)));
    }
  }

  /** A pipe that another process made non-blocking answers EAGAIN. */
  #patiently(work) {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (error.code === 'EOF') return 0;
        if (error.code !== 'EAGAIN') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
  }
}

module.exports = { Lines };
